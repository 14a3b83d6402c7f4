/** Work that the hub puts before the viewer: what rings now. A fold of events over what was pending at first. */

import { signal } from "@preact/signals";
import { api } from "../api";
import type { Id, Offer, Page } from "../types";
import { fetchConversation, peek } from "./conversations";
import { myId } from "./session";

/** Those that wait for an answer, the one that expires first in front. */
export const offers = signal<readonly Offer[]>([]);

/** Offers that have ended: a list that was fetched before cannot make them ring again. */
const ended = new Set<Id>();

/** Pure: the pending offers of `me` after what was heard of one. */
export function withOffer(pending: readonly Offer[], offer: Offer, me: Id): readonly Offer[] {
  const others = pending.filter((one) => one.id !== offer.id);
  const rings = offer.status === "pending" && offer.agent_id === me && offer.expires_at !== null;
  if (!rings) return others.length === pending.length ? pending : others;
  return [...others, offer].sort(byExpiry);
}

const byExpiry = (a: Offer, b: Offer): number =>
  Date.parse(a.expires_at ?? "") - Date.parse(b.expires_at ?? "") || (a.id < b.id ? -1 : 1);

/** Takes an offer as an event tells of it. True where one that rang here has ended by it. */
export function takeOffer(offer: Offer): boolean {
  if (offer.status !== "pending") ended.add(offer.id);
  else if (ended.has(offer.id)) return false;
  const before = offers.peek();
  offers.value = withOffer(before, offer, myId.peek());
  if (offers.peek().some((one) => one.id === offer.id)) void know(offer);
  return offer.status !== "pending" && before.some((one) => one.id === offer.id);
}

/** Stops one ringing that this tab has answered; the hub's word follows. */
export function silence(id: Id): void {
  ended.add(id);
  offers.value = offers.peek().filter((one) => one.id !== id);
}

/** Fetches what is pending: at start, after a resync, and where an end is overdue. */
export async function loadOffers(): Promise<void> {
  const before = new Set(offers.peek().map((one) => one.id));
  const { items } = await api.get<Page<Offer>>("/offers?status=pending");
  // What began to ring meanwhile may be younger than the answer.
  const since = offers.peek().filter((one) => !before.has(one.id));
  const me = myId.peek();
  offers.value = [...items, ...since]
    .filter((one) => !ended.has(one.id))
    .reduce<readonly Offer[]>((pending, one) => withOffer(pending, one, me), []);
  await Promise.all(offers.peek().map(know));
}

/** The card names who waits: their conversation may be in no list here. */
async function know(offer: Offer): Promise<void> {
  if (peek(offer.conversation_id)) return;
  try {
    await fetchConversation(offer.conversation_id);
    // Whoever shows the offers could not follow a conversation that nobody knew.
    offers.value = offers.peek().map((one) => (one.id === offer.id ? { ...one } : one));
  } catch {
    // The offer can be answered all the same.
  }
}
