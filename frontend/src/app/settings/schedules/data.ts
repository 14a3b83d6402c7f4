/** Schedules as the settings need them, and the calls that read, try out and change them. */

import { api } from "../../../lib/api";
import type { Id, Page, Time } from "../../../lib/types";
import type { Closure, Holiday, Hours } from "./hours";

export interface Schedule extends Hours {
  id: Id;
  name: string;
  is_open: boolean;
  /** When it opens next; null while it is open. */
  next_opening: Time | null;
  /** Until when it is open; null while it is closed. */
  next_closing: Time | null;
  warnings: string[];
  used_by: { noun: "queue" | "sla_policy" | "rule"; id: Id; name: string }[];
}
export type ScheduleDraft = Hours & { name: string };

export interface Problem {
  slug: string;
  text: string;
  is_warning: boolean;
}
export interface DueAnswer {
  due_at: Time | null;
  is_open: boolean;
  openings: { start: Time; end: Time }[];
  problems: Problem[];
}
export interface ReadFile {
  holidays: Holiday[];
  closures: Closure[];
  warnings: string[];
}

export const loadSchedules = (): Promise<Schedule[]> =>
  api.get<Page<Schedule>>("/schedules").then((page) => page.items);
export const createSchedule = (draft: ScheduleDraft): Promise<Schedule> => api.post("/schedules", draft);
export const changeSchedule = (id: Id, draft: Partial<ScheduleDraft>): Promise<Schedule> =>
  api.patch(`/schedules/${id}`, draft);
export const removeSchedule = (id: Id): Promise<null> => api.delete(`/schedules/${id}`);
