/** What an agent does to a conversation: shown at once, sent, and offered back with Undo. */

import { api } from "../lib/api";
import { t } from "../lib/i18n";
import { firstName } from "../lib/names";
import { fetchConversation, patch, peek, put } from "../lib/store/conversations";
import { ids, settle } from "../lib/store/list";
import { reasonOf } from "../lib/store/reason";
import { navigate } from "../lib/store/route";
import { agentName, myId, queueName, teamName } from "../lib/store/session";
import { say } from "../lib/store/toasts";
import { clock } from "../lib/time";
import type { Conversation, Id, Priority, Status } from "../lib/types";

/** A change to one conversation: how it looks, how it is asked for, how it is taken back. */
export interface Act {
  id: Id;
  change: Partial<Conversation>;
  request(): Promise<Conversation | null>;
  done?: string;
  undo?: () => void;
}

export async function perform({ id, change, request, done, undo }: Act): Promise<void> {
  patch(id, change);
  resettle(id);
  if (done) say(done, undo ? { undo } : {});
  try {
    const answer = await request();
    if (answer?.id) put(answer);
    else await fetchConversation(id);
  } catch (error) {
    say(t("act.failed", { reason: reasonOf(error) }), { tone: "failure" });
    await fetchConversation(id).catch(() => undefined);
  }
  resettle(id);
}

function resettle(id: Id): void {
  const conversation = peek(id);
  if (conversation) settle(conversation);
}

export const verb =
  (id: Id, name: string, body: object = {}) =>
  (): Promise<Conversation | null> =>
    api.post<Conversation | null>(`/conversations/${id}/${name}`, body);

export const change = (id: Id, body: Partial<Conversation>) => (): Promise<Conversation | null> =>
  api.patch<Conversation | null>(`/conversations/${id}`, body);

/** Assigns to an agent, or to nobody. */
export function assign(id: Id, agent: Id | null, isUndo = false): void {
  const before = peek(id)?.assignee_id ?? null;
  if (before === agent) return;
  const words =
    agent === null
      ? t("done.unassigned")
      : agent === myId.value
        ? t("done.assignedToYou")
        : t("done.assigned", { name: firstName(agentName(agent)) });
  void perform({
    id,
    change: { assignee_id: agent },
    request: verb(id, "assign", { assignee_id: agent }),
    ...(isUndo ? {} : { done: words, undo: () => assign(id, before, true) }),
  });
}

export function moveToTeam(id: Id, team: Id | null, isUndo = false): void {
  const before = peek(id)?.team_id ?? null;
  void perform({
    id,
    change: { team_id: team },
    request: change(id, { team_id: team }),
    ...(isUndo
      ? {}
      : {
          done: t("done.moved", { name: teamName(team) || t("team.none") }),
          undo: () => moveToTeam(id, before, true),
        }),
  });
}

export function moveToQueue(id: Id, queue: Id | null, isUndo = false): void {
  const before = peek(id)?.queue_id ?? null;
  void perform({
    id,
    change: { queue_id: queue },
    request: change(id, { queue_id: queue }),
    ...(isUndo
      ? {}
      : {
          done: t("done.moved", { name: queueName(queue) || t("queue.none") }),
          undo: () => moveToQueue(id, before, true),
        }),
  });
}

export function setPriority(id: Id, priority: Priority, isUndo = false): void {
  const before = peek(id)?.priority ?? "normal";
  if (before === priority) return;
  void perform({
    id,
    change: { priority },
    request: change(id, { priority }),
    ...(isUndo
      ? {}
      : { done: t("done.priority", { name: t(`priority.${priority}`) }), undo: () => setPriority(id, before, true) }),
  });
}

export function setLabels(id: Id, labels: string[], isUndo = false): void {
  const before = peek(id)?.labels ?? [];
  void perform({
    id,
    change: { labels },
    request: change(id, { labels }),
    ...(isUndo ? {} : { done: t("done.labels"), undo: () => setLabels(id, before, true) }),
  });
}

export function resolve(id: Id, isUndo = false): void {
  const before = peek(id);
  void perform({
    id,
    change: { status: "resolved", snoozed_until: null },
    request: verb(id, "resolve"),
    ...(isUndo || !before
      ? {}
      : { done: t("done.resolved", { number: `#${before.number}` }), undo: () => restore(before) }),
  });
}

export function reopen(id: Id, isUndo = false): void {
  const before = peek(id);
  void perform({
    id,
    change: { status: "open", snoozed_until: null },
    request: verb(id, "reopen"),
    ...(isUndo || !before
      ? {}
      : { done: t("done.reopened", { number: `#${before.number}` }), undo: () => restore(before) }),
  });
}

export function snooze(id: Id, until: Date, isUndo = false): void {
  const before = peek(id);
  const at = until.toISOString();
  void perform({
    id,
    change: { status: "snoozed", snoozed_until: at },
    request: verb(id, "snooze", { until: at }),
    ...(isUndo || !before ? {} : { done: t("done.snoozed", { time: clock(at) }), undo: () => restore(before) }),
  });
}

/** Puts a conversation back into the status it had. */
function restore({ id, status, snoozed_until }: Conversation): void {
  if (status === "resolved" || status === "closed") resolve(id, true);
  else if (status === "snoozed" && snoozed_until) snooze(id, new Date(snoozed_until), true);
  else reopen(id, true);
}

export function setStatus(id: Id, status: Status): void {
  if (status === "resolved") return resolve(id);
  if (status === "open") return reopen(id);
  void perform({
    id,
    change: { status },
    request: change(id, { status }),
    done: t("done.status", { name: t(`status.${status}`) }),
  });
}

/** Resolves and opens the conversation that follows in the list. */
export function resolveAndNext(id: Id): void {
  const next = neighbour(id, 1) ?? neighbour(id, -1);
  resolve(id);
  if (next) navigate({ number: next.number });
}

/** The conversation `step` rows from `id` in the list, or the first one where `id` is not listed. */
export function neighbour(id: Id | null, step: 1 | -1): Conversation | undefined {
  const at = id === null ? -1 : ids.value.indexOf(id);
  const next = ids.value[at < 0 ? 0 : at + step];
  return next === undefined ? undefined : peek(next);
}
