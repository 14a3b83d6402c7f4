/** The list in the second pane: keyset pages, live changes put in their place, and no jump under the reader's eyes. */

import { batch, computed, signal } from "@preact/signals";
import { api, path } from "../api";
import type { Conversation, Id, Page } from "../types";
import { peek, put } from "./conversations";
import { COMPARE, place } from "./reduce";
import { type Route, route, view } from "./route";

const PAGE = 50;

export type Phase = "loading" | "ready" | "failed";

export const ids = signal<readonly Id[]>([]);
export const phase = signal<Phase>("loading");
export const isPaging = signal(false);
const cursor = signal<string | null>(null);
export const hasMore = computed(() => cursor.value !== null);
/** What came in while the list was scrolled down; the pill counts them. */
export const fresh = signal<ReadonlySet<Id>>(new Set());
/** Set by the list pane: only at the top may rows move by themselves. */
export const isAtTop = signal(true);
/** Raised to ask the list pane to go to its top. */
export const toTop = signal(0);

interface Listing {
  ids: readonly Id[];
  cursor: string | null;
}
const remembered = new Map<string, Listing>();
let shownKey = "";
let generation = 0;

/** What one listing depends on; the opened conversation is not part of it. */
export function listingKey({ view: slug, q, channel, order }: Route): string {
  return [slug, q, channel, order].join("|");
}

function request(page: string | null): string {
  const { q, channel, order } = route.peek();
  const scope = q ? { q } : view.peek().query;
  return path("/conversations", { ...scope, channel, order, limit: PAGE, cursor: page });
}

/** Shows the listing that the route names: at once from memory where it was seen before, then fetched anew. */
export async function showListing(): Promise<void> {
  const key = listingKey(route.peek());
  if (shownKey) remembered.set(shownKey, { ids: ids.peek(), cursor: cursor.peek() });
  const seen = remembered.get(key);
  shownKey = key;
  batch(() => {
    ids.value = seen?.ids ?? [];
    cursor.value = seen?.cursor ?? null;
    phase.value = seen ? "ready" : "loading";
    fresh.value = new Set();
    toTop.value = toTop.peek() + 1;
  });
  await refresh();
}

/** Fetches the first page again, as after a resync; what was scrolled to further down is dropped. */
export async function refresh(): Promise<void> {
  const mine = ++generation;
  if (!ids.peek().length) phase.value = "loading";
  try {
    const page = await api.get<Page<Conversation>>(request(null));
    if (mine !== generation) return;
    take(page, []);
  } catch {
    if (mine === generation && !ids.peek().length) phase.value = "failed";
  }
}

/** Fetches the next page; called when the reader comes near the end. */
export async function loadMore(): Promise<void> {
  const from = cursor.peek();
  if (from === null || isPaging.peek()) return;
  const mine = generation;
  isPaging.value = true;
  try {
    const page = await api.get<Page<Conversation>>(request(from));
    if (mine === generation) take(page, ids.peek());
  } catch {
    // The next scroll tries again; the connection bar says what is wrong.
  } finally {
    isPaging.value = false;
  }
}

function take(page: Page<Conversation>, before: readonly Id[]): void {
  batch(() => {
    page.items.forEach(put);
    ids.value = [...new Set([...before, ...page.items.map((one) => one.id)])];
    cursor.value = page.next_cursor;
    phase.value = "ready";
  });
}

/** Drops what other listings remember: events since then were not applied to them. */
export function forgetOthers(): void {
  remembered.clear();
}

function belongs(one: Conversation): boolean {
  const { q, channel, order } = route.peek();
  if (q) return ids.peek().includes(one.id);
  if (order === "waiting" && !one.waiting_since) return false;
  if (order === "due" && !one.sla?.due_at) return false;
  return view.peek().has(one) && (!channel || one.channels.some((ref) => ref.kind === channel || ref.id === channel));
}

/** Puts a changed conversation where it now belongs. `isNews`: somebody wrote, so the pill counts it. */
export function settle(one: Conversation, isNews = false): void {
  remembered.clear();
  if (phase.peek() === "loading") return;
  const isListed = ids.peek().includes(one.id);
  if (!belongs(one)) {
    if (isListed) ids.value = ids.peek().filter((id) => id !== one.id);
    return;
  }
  if (isAtTop.peek()) ids.value = placed(one.id);
  else if (!isListed || isNews) fresh.value = new Set(fresh.peek()).add(one.id);
}

function placed(id: Id): Id[] {
  const compare = COMPARE[route.peek().order];
  return place(ids.peek(), id, peek, compare, cursor.peek() !== null);
}

/** The pill: everything new goes to its place, and the list to its top. */
export function showFresh(): void {
  batch(() => {
    for (const id of fresh.peek()) ids.value = placed(id);
    fresh.value = new Set();
    toTop.value = toTop.peek() + 1;
  });
}
