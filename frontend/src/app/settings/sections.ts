/** The sections of the settings in the order of their list; a new one is a line here and a page. */

import type { ComponentType } from "preact";
import { may } from "../../lib/store/session";
import type { IconName } from "../../ui/icons";
import { ChannelsPage } from "./channels/page";
import { Profile } from "./profile";
import type { Word } from "./words";
import { SignaturesPage } from "./writing/signatures";
import { TemplatesPage } from "./writing/templates";

export interface Section {
  slug: string;
  group: "organization" | "personal";
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
    slug: "signatures",
    group: "personal",
    title: "section.signatures",
    icon: "pen",
    isAllowed: () => may("conversations.answer"),
    page: SignaturesPage,
  },
  { slug: "profile", group: "personal", title: "section.profile", icon: "user", isAllowed: () => true, page: Profile },
];
