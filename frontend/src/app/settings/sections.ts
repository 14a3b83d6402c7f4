/** The sections of the settings in the order of their list; a new one is a line here and a page. */

import type { ComponentType } from "preact";
import { may } from "../../lib/store/session";
import type { IconName } from "../../ui/icons";
import { ChannelsPage } from "./channels/page";
import { Profile } from "./profile";
import { routingPage } from "./routing/lazy";
import { rulesPage } from "./rules/lazy";
import { trialPage } from "./trial/lazy";
import type { Word } from "./words";
import { SignaturesPage } from "./writing/signatures";
import { TemplatesPage } from "./writing/templates";

export interface Section {
  slug: string;
  group: "organization" | "routing" | "personal";
  title: Word;
  icon: IconName;
  isAllowed(): boolean;
  /** Gets what stands behind the section in the address. */
  page: ComponentType<{ rest: readonly string[] }>;
}

export const sections: readonly Section[] = [
  {
    slug: "channels",
    group: "organization",
    title: "section.channels",
    icon: "inbox",
    isAllowed: () => may("channels.manage"),
    page: ChannelsPage,
  },
  {
    slug: "templates",
    group: "organization",
    title: "section.templates",
    icon: "file",
    isAllowed: () => may("writing.manage"),
    page: TemplatesPage,
  },
  {
    slug: "macros",
    group: "organization",
    title: "section.macros",
    icon: "bolt",
    isAllowed: () => may("writing.manage"),
    page: rulesPage("macros"),
  },
  {
    slug: "queues",
    group: "routing",
    title: "section.queues",
    icon: "layers",
    isAllowed: () => may("settings.manage"),
    page: routingPage("queues"),
  },
  {
    slug: "skills",
    group: "routing",
    title: "section.skills",
    icon: "users",
    isAllowed: () => may("settings.manage"),
    page: routingPage("skills"),
  },
  {
    slug: "routing",
    group: "routing",
    title: "section.routing",
    icon: "forward",
    isAllowed: () => may("settings.manage"),
    page: routingPage("routing"),
  },
  {
    slug: "schedules",
    group: "routing",
    title: "section.schedules",
    icon: "clock",
    isAllowed: () => may("settings.manage"),
    page: routingPage("schedules"),
  },
  {
    slug: "promises",
    group: "routing",
    title: "section.promises",
    icon: "flag",
    isAllowed: () => may("settings.manage"),
    page: routingPage("promises"),
  },
  {
    slug: "rules",
    group: "routing",
    title: "section.rules",
    icon: "bolt",
    isAllowed: () => may("settings.manage"),
    page: rulesPage("rules"),
  },
  {
    slug: "tests",
    group: "routing",
    title: "section.tests",
    icon: "check",
    isAllowed: () => may("settings.manage"),
    page: trialPage("tests"),
  },
  {
    slug: "backtests",
    group: "routing",
    title: "section.backtests",
    icon: "clock",
    isAllowed: () => may("settings.manage"),
    page: trialPage("backtests"),
  },
  {
    slug: "signatures",
    group: "personal",
    title: "section.signatures",
    icon: "pen",
    isAllowed: () => may("conversations.answer"),
    page: SignaturesPage,
  },
  { slug: "profile", group: "personal", title: "section.profile", icon: "user", isAllowed: () => true, page: Profile },
];
