/** What happened to the conversation, in one grey line. */

import { t } from "../../lib/i18n";
import { firstName } from "../../lib/names";
import { myId } from "../../lib/store/session";
import { clock, exact } from "../../lib/time";
import type { Item, Status } from "../../lib/types";
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
  switch (item.event?.name) {
    case "assigned":
      return assignedWords(item, data);
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
    default:
      return item.text || t("event.changed", { who: actorOf(item) });
  }
}

function actorOf(item: Item): string {
  if (item.author.type !== "agent") return t("event.hub");
  return item.author.id === myId.value ? t("author.you") : firstName(item.author.name);
}

function assignedWords(item: Item, data: Record<string, unknown>): string {
  const who = actorOf(item);
  const assignee = data["assignee"] as Move | undefined;
  const place = (data["queue"] ?? data["team"]) as Move | undefined;
  if (!assignee) return movedWords(who, place);
  const id = idOf(assignee.to);
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

const numberOf = (value: unknown): string => String((value as { number?: unknown } | null | undefined)?.number ?? "?");
const wordOf = (value: unknown): string => (typeof value === "string" ? value : "");
const idOf = (value: unknown): string => wordOf((value as { id?: unknown } | null | undefined)?.id);
const nameOf = (value: unknown): string => wordOf((value as { name?: unknown } | null | undefined)?.name);
