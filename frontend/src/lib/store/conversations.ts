/** Every conversation this tab knows, one signal each, so that a change re-renders its own row and nothing else. */

import { type Signal, signal } from "@preact/signals";
import { api, path } from "../api";
import type { ContactRef, Conversation, Id, Page } from "../types";
import { mergeConversation } from "./reduce";

const known = new Map<Id, Signal<Conversation>>();
const idByNumber = new Map<number, Id>();

/** The conversation's signal, or undefined while it is unknown here. */
export function conversation(id: Id): Signal<Conversation> | undefined {
  return known.get(id);
}

export function peek(id: Id): Conversation | undefined {
  return known.get(id)?.peek();
}

export function idOfNumber(number: number): Id | undefined {
  return idByNumber.get(number);
}

/** Takes a state of a conversation unless a newer one is known; answers with what holds now. */
export function put(next: Conversation): Conversation {
  idByNumber.set(next.number, next.id);
  const held = known.get(next.id);
  const merged = mergeConversation(held?.peek(), next);
  if (held) held.value = merged;
  else known.set(next.id, signal(merged));
  return merged;
}

/** Changes a conversation on screen before the server has answered. */
export function patch(id: Id, change: Partial<Conversation>): void {
  const held = known.get(id);
  if (held) held.value = { ...held.peek(), ...change };
}

/** A person was renamed: every conversation of theirs shows it. */
export function putContact(contact: ContactRef): void {
  for (const held of known.values()) {
    if (held.peek().contact.id === contact.id) held.value = { ...held.peek(), contact };
  }
}

/** Fetches a conversation anew. Throws what `api` throws (404 where it is not there to be seen). */
export async function fetchConversation(id: Id): Promise<Conversation> {
  return put(await api.get<Conversation>(`/conversations/${id}`));
}

/** Finds a conversation by its number; null where there is none for this viewer. */
export async function findByNumber(number: number): Promise<Conversation | null> {
  const { items } = await api.get<Page<Conversation>>(path("/conversations", { number, limit: 1 }));
  return items[0] ? put(items[0]) : null;
}
