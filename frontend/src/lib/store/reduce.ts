/** Pure steps from old state and one change to new state: what the event log does to lists and timelines. */

import type { Conversation, Delivery, Id, Item } from "../types";

/** The newer of two states of one conversation; what is unread survives events, which do not know the viewer. */
export function mergeConversation(old: Conversation | undefined, next: Conversation): Conversation {
  if (old && next.version < old.version) return old;
  if (next.unread !== undefined) return { ...next, counted_seq: next.last_seq };
  const { unread = 0, read_seq = 0, counted_seq = 0 } = old ?? {};
  return { ...next, unread, read_seq, counted_seq };
}

/** The conversation with one more unread message, unless its figure has counted that message already. */
export function countUnread(known: Conversation, item: Item): Conversation {
  const isCounted = item.kind !== "message" || item.direction !== "inbound" || item.seq <= (known.counted_seq ?? 0);
  return isCounted ? known : { ...known, unread: (known.unread ?? 0) + 1, counted_seq: item.seq };
}

/** `next` for the same item, but each delivery as it was where that is newer: events can outrun an answer. */
function mergeItem(old: Item | undefined, next: Item): Item {
  if (!old?.deliveries.length) return next;
  return { ...next, deliveries: next.deliveries.map((one) => newer(sameDelivery(old, one), one)) };
}

const sameDelivery = (item: Item, delivery: Delivery): Delivery | undefined =>
  item.deliveries.find((one) => one.id === delivery.id);

const newer = (old: Delivery | undefined, next: Delivery): Delivery =>
  old && Date.parse(old.updated_at) > Date.parse(next.updated_at) ? old : next;

/** `items` with `item` in its place by seq, replacing an earlier state of the same id. */
export function upsertItem(items: readonly Item[], item: Item): Item[] {
  const at = items.findIndex((one) => one.id === item.id);
  if (at >= 0) return items.with(at, mergeItem(items[at], item));
  const before = items.findLastIndex((one) => one.seq < item.seq);
  return items.toSpliced(before + 1, 0, item);
}

/** Two overlapping stretches of one timeline as one, `next` winning; oldest first. */
export function mergeItems(items: readonly Item[], next: readonly Item[]): Item[] {
  const bySeq = new Map(items.map((item) => [item.seq, item]));
  for (const item of next) bySeq.set(item.seq, mergeItem(bySeq.get(item.seq), item));
  return [...bySeq.values()].sort((a, b) => a.seq - b.seq);
}

/** True where an item between the first and the last is missing: seq is dense per conversation. */
export function hasHole(items: readonly Item[]): boolean {
  return items.some((item, at) => at > 0 && item.seq !== (items[at - 1]?.seq ?? 0) + 1);
}

/** `items` with a delivery's newer state; the very array where nothing changes. */
export function withDelivery(items: readonly Item[], messageId: Id, delivery: Delivery): readonly Item[] {
  const at = items.findIndex((item) => item.id === messageId);
  const item = items[at];
  if (!item) return items;
  const old = sameDelivery(item, delivery);
  if (newer(old, delivery) === old) return items;
  const deliveries = old
    ? item.deliveries.map((one) => (one.id === delivery.id ? delivery : one))
    : [...item.deliveries, delivery];
  return items.with(at, { ...item, deliveries });
}

export type Order = "newest" | "oldest" | "waiting" | "due";
export type Compare = (a: Conversation, b: Conversation) => number;

const byId: Compare = (a, b) => (a.id < b.id ? 1 : a.id > b.id ? -1 : 0);
const activity = (one: Conversation): number => Date.parse(one.last_activity_at);
const waiting = (one: Conversation): number => (one.waiting_since ? Date.parse(one.waiting_since) : Infinity);
const due = (one: Conversation): number => (one.sla?.due_at ? Date.parse(one.sla.due_at) : Infinity);

/** The server's orders, so that a live change lands where a fresh fetch would put it. */
export const COMPARE: Record<Order, Compare> = {
  newest: (a, b) => activity(b) - activity(a) || byId(a, b),
  oldest: (a, b) => activity(a) - activity(b) || byId(b, a),
  waiting: (a, b) => difference(waiting(a), waiting(b)) || byId(b, a),
  due: (a, b) => difference(due(a), due(b)) || byId(b, a),
};

function difference(a: number, b: number): number {
  return a === b ? 0 : a - b;
}

/**
 * `ids` with `id` where `compare` puts it. Past the last loaded row it is left out when more pages exist:
 * the next page brings it.
 */
export function place(
  ids: readonly Id[],
  id: Id,
  get: (id: Id) => Conversation | undefined,
  compare: Compare,
  hasMore: boolean,
): Id[] {
  const conversation = get(id);
  const others = ids.filter((one) => one !== id);
  if (!conversation) return others;
  const at = others.findIndex((one) => {
    const other = get(one);
    return other !== undefined && compare(conversation, other) < 0;
  });
  if (at >= 0) return others.toSpliced(at, 0, id);
  return hasMore ? others : [...others, id];
}
