/** The routing pages of the settings, fetched together: who gets work, and when one is open. */

import { QueuesPage } from "../queues/page";
import { SchedulesPage } from "../schedules/page";
import { SkillsPage } from "../skills/page";
import { RoutingSettingsPage } from "./page";

export { useRoutingLocale } from "./words";

export const pages = {
  queues: QueuesPage,
  skills: SkillsPage,
  routing: RoutingSettingsPage,
  schedules: SchedulesPage,
} as const;
