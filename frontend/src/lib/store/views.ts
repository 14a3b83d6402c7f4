/** The views beside the list: what each asks the server for, and which conversations belong to it. */

import { computed } from "@preact/signals";
import { t } from "../i18n";
import type { Conversation, Id } from "../types";
import { myId, queues, teams } from "./session";

export interface View {
  /** Its name in the URL. */
  slug: string;
  title: string;
  /** Its key among the counters; empty where nothing is counted. */
  counter: string;
  query: Record<string, string>;
  has(conversation: Conversation): boolean;
}

const ACTIVE = new Set(["new", "open", "pending"]);
export const isActive = (one: Conversation): boolean => ACTIVE.has(one.status);
export const isDone = (one: Conversation): boolean => one.status === "resolved" || one.status === "closed";

/** The five that everybody has. */
export const inboxViews = computed((): View[] => [
  {
    slug: "mine",
    title: t("view.mine"),
    counter: "mine",
    query: { status: "active", assignee: "me" },
    has: (one) => isActive(one) && one.assignee_id === myId.value,
  },
  {
    slug: "unassigned",
    title: t("view.unassigned"),
    counter: "unassigned",
    query: { status: "active", assignee: "none" },
    has: (one) => isActive(one) && one.assignee_id === null,
  },
  { slug: "open", title: t("view.open"), counter: "open", query: { status: "active" }, has: isActive },
  {
    slug: "snoozed",
    title: t("view.snoozed"),
    counter: "snoozed",
    query: { status: "snoozed" },
    has: (one) => one.status === "snoozed",
  },
  { slug: "resolved", title: t("view.resolved"), counter: "", query: { status: "resolved,closed" }, has: isDone },
]);

export const queueViews = computed((): View[] =>
  queues.value.map((queue) => ({
    slug: `queue-${queue.id}`,
    title: queue.name,
    counter: `queue:${queue.id}`,
    query: { status: "active", queue: queue.id },
    has: (one) => isActive(one) && one.queue_id === queue.id,
  })),
);

export const teamViews = computed((): View[] =>
  teams.value.map((team) => ({
    slug: `team-${team.id}`,
    title: team.name,
    counter: `team:${team.id}`,
    query: { status: "active", team: team.id },
    has: (one) => isActive(one) && one.team_id === team.id,
  })),
);

export const DEFAULT_VIEW = "open";

/** The view of that name. A queue or team not loaded yet is taken at its word, without a title. */
export function viewOf(slug: string): View {
  const found = [...inboxViews.value, ...queueViews.value, ...teamViews.value].find((view) => view.slug === slug);
  return found ?? pendingView(slug) ?? viewOf(DEFAULT_VIEW);
}

function pendingView(slug: string): View | null {
  const [, kind, id] = /^(queue|team)-(.+)$/.exec(slug) ?? [];
  if (!kind || !id) return null;
  const belongs = (one: Conversation): Id | null => (kind === "queue" ? one.queue_id : one.team_id);
  return {
    slug,
    title: "",
    counter: `${kind}:${id}`,
    query: { status: "active", [kind]: id },
    has: (one) => isActive(one) && belongs(one) === id,
  };
}
