/** Timelines of the conversations opened lately: pages, live items, holes that mend themselves, the new-line marker. */

import { type Signal, batch, signal } from "@preact/signals";
import { api, path } from "../api";
import type { Delivery, Id, Item, Page } from "../types";
import { conversation, patch } from "./conversations";
import type { Phase } from "./list";
import { hasHole, mergeItems, upsertItem, withDelivery } from "./reduce";

const PAGE = 50;
const KEPT = 30;

export interface Timeline {
  id: Id;
  items: Signal<readonly Item[]>;
  phase: Signal<Phase>;
  hasOlder: Signal<boolean>;
  isPaging: Signal<boolean>;
  /** The last item read before this visit; the marker stands after it. */
  readUpTo: Signal<number | null>;
}

const kept = new Map<Id, Timeline>();

/** The timeline, made empty where it was not open lately. Keeps the last thirty. */
export function timeline(id: Id): Timeline {
  const held = kept.get(id) ?? {
    id,
    items: signal<readonly Item[]>([]),
    phase: signal<Phase>("loading"),
    hasOlder: signal(false),
    isPaging: signal(false),
    readUpTo: signal<number | null>(null),
  };
  kept.delete(id);
  kept.set(id, held);
  for (const oldest of kept.keys()) {
    if (kept.size <= KEPT) break;
    kept.delete(oldest);
  }
  return held;
}

const routeOf = (id: Id, query: Record<string, number>): string =>
  path(`/conversations/${id}/timeline`, { limit: PAGE, ...query });

/** Loads the newest page, keeping what is shown meanwhile. */
export async function loadTimeline(id: Id): Promise<void> {
  const held = timeline(id);
  try {
    const { items } = await api.get<Page<Item>>(routeOf(id, {}));
    batch(() => {
      const joined = mergeItems(held.items.peek(), items);
      held.items.value = hasHole(joined) ? items : joined;
      held.hasOlder.value = (held.items.peek()[0]?.seq ?? 1) > 1;
      held.phase.value = "ready";
    });
  } catch {
    if (!held.items.peek().length) held.phase.value = "failed";
  }
}

/** Loads the page before the oldest item shown. */
export async function loadOlder(id: Id): Promise<void> {
  const held = timeline(id);
  const first = held.items.peek()[0];
  if (!first || held.isPaging.peek() || !held.hasOlder.peek()) return;
  held.isPaging.value = true;
  try {
    const { items } = await api.get<Page<Item>>(routeOf(id, { before: first.seq }));
    batch(() => {
      held.items.value = mergeItems(held.items.peek(), items);
      held.hasOlder.value = items.length > 0 && (items[0]?.seq ?? 1) > 1;
    });
  } catch {
    // Scrolling on tries again.
  } finally {
    held.isPaging.value = false;
  }
}

/** Takes an item that an event or an answer brought; a hole before it fetches what is missing. */
export function putItem(item: Item): void {
  const held = kept.get(item.conversation_id);
  if (!held || held.phase.peek() !== "ready") return;
  held.items.value = upsertItem(held.items.peek(), item);
  if (hasHole(held.items.peek())) void loadTimeline(item.conversation_id);
}

export function putDelivery(conversationId: Id, messageId: Id, delivery: Delivery): void {
  const held = kept.get(conversationId);
  if (held) held.items.value = withDelivery(held.items.peek(), messageId, delivery);
}

/** Items came from or went to another timeline: fetches it anew where it is kept. */
export function reloadTimeline(id: Id): void {
  const held = kept.get(id);
  if (!held) return;
  held.items.value = [];
  void loadTimeline(id);
}

/** After a resync: fetches every timeline on screen anew and forgets the others. */
export function refreshTimelines(shown: Id | null): void {
  for (const id of [...kept.keys()]) if (id !== shown) kept.delete(id);
  if (shown) void loadTimeline(shown);
}

/** Says that everything up to the newest item has been seen. Shown at once; the server hears of it by and by. */
export function markRead(id: Id): void {
  const held = conversation(id)?.peek();
  if (!held?.unread) return;
  patch(id, { unread: 0, read_seq: held.last_seq });
  void api.post(`/conversations/${id}/read`, { seq: held.last_seq }).catch(() => undefined);
}
