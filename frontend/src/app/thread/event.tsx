/** What happened to the conversation, in one grey line. */

import { type Key, t } from "../../lib/i18n";
import { en } from "../../lib/locales/en";
import { firstName } from "../../lib/names";
import { myId } from "../../lib/store/session";
import { clock, exact } from "../../lib/time";
import type { Item, Priority, Status } from "../../lib/types";
import { Icon, type IconName } from "../../ui/icons";

/** What stood before and stands now; each an {id, name}, a word, or nothing. */
interface Move {
  from: unknown;
  to: unknown;
}

const ICON_OF: Record<string, IconName> = { snoozed: "moon", resolved: "check", closed: "check", open: "reopen" };

const ICON_OF_EVENT: Record<string, IconName> = {
  delivery_failed: "alert",
  complaint: "alert",
  merged: "talk",
  unmerged: "talk",
  split: "talk",
  moved: "talk",
  priority_changed: "flag",
  sla_breached: "alert",
  escalated: "alert",
  skill_required: "tag",
  labels_changed: "tag",
  macro_ran: "bolt",
  amendment_failed: "alert",
};

export function EventLine({ item }: { item: Item }) {
  return (
    <div class="item event">
      <Icon name={iconOf(item)} size="s" />
      <span>
        <strong>{eventWords(item)}</strong>
      </span>
      <time dateTime={item.occurred_at} title={exact(item.occurred_at)}>
        {clock(item.occurred_at)}
      </time>
    </div>
  );
}

function iconOf(item: Item): IconName {
  if (item.kind === "call") return "phone";
  const other = ICON_OF_EVENT[item.event?.name ?? ""];
  if (other) return other;
  if (item.event?.name === "assigned") return item.event.data["assignee"] ? "user" : "layers";
  return ICON_OF[wordOf(item.event?.data["to"])] ?? "dot";
}

/** The sentence for an event; what this app does not know yet is told in general. */
export function eventWords(item: Item): string {
  const data = item.event?.data ?? {};
  const who = actorOf(item);
  switch (item.event?.name) {
    case "assigned":
      return because(assignedWords(item, data), data);
    case "status_changed":
      return statusWords(item, data);
    case "delivery_failed":
      return t("event.failed", { address: wordOf(data["recipient"]), reason: wordOf(data["detail"]) });
    case "complaint":
      return t("event.complaint", { address: wordOf(data["recipient"]) });
    case "merged":
      return data["into"]
        ? t("event.mergedInto", { who: actorOf(item), number: numberOf(data["into"]) })
        : t("event.mergedFrom", { who: actorOf(item), number: numberOf(data["from"]) });
    case "unmerged":
      return t("event.unmerged", { who: actorOf(item), number: numberOf(data["other"]) });
    case "split":
      return t("event.split", { who: actorOf(item), number: numberOf(data["into"]) });
    case "moved":
      return t("event.itemMoved");
    case "priority_changed":
      return t("event.priority", { who, priority: priorityOf(data["to"]) });
    case "sla_breached":
      return t("event.slaBreached", { promise: promiseOf(data["clock"]) });
    case "escalated":
      return because(t("event.escalated", { who, promise: promiseOf(data["clock"]) }), {
        reason: deedsOf(data["did"]),
      });
    case "macro_ran":
      return t("event.macro", { who, name: nameOf(data["macro"]) });
    case "labels_changed":
      return labelWords(who, data);
    case "skill_required":
      return t("event.skill", { who, name: nameOf(data["skill"]), level: String(data["level"] ?? "") });
    case "amendment_failed":
      return t("event.amendmentFailed", { reason: wordOf(data["detail"]) });
    default:
      return item.text || t("event.changed", { who: actorOf(item) });
  }
}

function actorOf(item: Item): string {
  const actor = item.event?.data["actor"] as { type?: string; name?: string } | undefined;
  if (actor?.type === "rule" && actor.name) return t("event.byRule", { name: actor.name });
  if (actor?.type === "sla" && actor.name) return t("event.byPolicy", { name: actor.name });
  if (item.author.type !== "agent") return t("event.hub");
  return item.author.id === myId.value ? t("author.you") : firstName(item.author.name);
}

function assignedWords(item: Item, data: Record<string, unknown>): string {
  const who = actorOf(item);
  const assignee = data["assignee"] as Move | undefined;
  const place = (data["queue"] ?? data["team"]) as Move | undefined;
  if (!assignee) return movedWords(who, place);
  const id = idOf(assignee.to);
  if (!id && nameOf(place?.to)) return t("event.transferred", { who, name: nameOf(place?.to) });
  if (!id) return t("event.unassigned", { who });
  if (id === item.author.id && id !== myId.value) return t("event.theyTookIt", { who });
  if (id !== myId.value) return t("event.assigned", { who, name: nameOf(assignee.to) });
  return who === t("author.you") ? t("event.tookIt") : t("event.assignedToYou", { who });
}

function movedWords(who: string, place: Move | undefined): string {
  if (nameOf(place?.to)) return t("event.moved", { who, name: nameOf(place?.to) });
  return nameOf(place?.from) ? t("event.removed", { who, name: nameOf(place?.from) }) : t("event.changed", { who });
}

function statusWords(item: Item, data: Record<string, unknown>): string {
  const who = actorOf(item);
  const status = wordOf(data["to"]) as Status;
  if (data["by"] === "customer") return t("event.reopenedByCustomer");
  if (data["by"] === "clock") return t("event.woke");
  if (data["by"] === "bounce") return t("event.reopenedByBounce");
  if (status === "snoozed" && data["until"]) return t("event.snoozed", { who, time: clock(wordOf(data["until"])) });
  if (status === "resolved") return t("event.resolved", { who });
  if (status === "open") return t("event.reopened", { who });
  return status ? t("event.status", { who, status: t(`status.${status}`) }) : t("event.changed", { who });
}

/** The sentence with the reason of whoever is no person, and so cannot be asked. */
function because(words: string, { reason, actor }: Record<string, unknown>): string {
  const isPersons = actor === undefined && reason === "accepted";
  return wordOf(reason) && !isPersons ? t("event.because", { words, reason: wordOf(reason) }) : words;
}

function labelWords(who: string, { added, removed }: Record<string, unknown>): string {
  const list = (names: unknown): string => (Array.isArray(names) ? names.map(wordOf).join(", ") : "");
  const [plus, minus] = [list(added), list(removed)];
  if (plus && minus) return t("event.labelsSwapped", { who, names: plus, others: minus });
  if (plus) return t("event.labelled", { who, names: plus });
  return minus ? t("event.unlabelled", { who, names: minus }) : t("event.changed", { who });
}

const deedsOf = (did: unknown): string =>
  (Array.isArray(did) ? did : [])
    .map((one) => wordOf((one as { text?: unknown } | null)?.text))
    .filter(Boolean)
    .join(", ");

const PRIORITIES: readonly unknown[] = ["low", "normal", "high", "urgent"];
const priorityOf = (value: unknown): string =>
  PRIORITIES.includes(value) ? t(`priority.${value as Priority}`) : wordOf(value);

/** The promise by name; one that this app does not know yet by the hub's word for it. */
function promiseOf(value: unknown): string {
  const key = `sla.${wordOf(value)}`;
  return key in en ? t(key as Key) : wordOf(value);
}

const numberOf = (value: unknown): string => String((value as { number?: unknown } | null | undefined)?.number ?? "?");
const wordOf = (value: unknown): string => (typeof value === "string" ? value : "");
const idOf = (value: unknown): string => wordOf((value as { id?: unknown } | null | undefined)?.id);
const nameOf = (value: unknown): string => wordOf((value as { name?: unknown } | null | undefined)?.name);
