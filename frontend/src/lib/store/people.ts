/** People out there with every address of theirs, fetched when one writes to them. */

import { type Signal, signal } from "@preact/signals";
import { api, path } from "../api";
import type { Address, Contact, Id, Page } from "../types";

const held = new Map<Id, Signal<Contact | null>>();

/** The contact; null until it was fetched, which this begins. */
export function person(id: Id): Signal<Contact | null> {
  let one = held.get(id);
  if (!one) {
    one = signal<Contact | null>(null);
    held.set(id, one);
  }
  if (!one.peek()) void refreshPerson(id);
  return one;
}

/** Something about a person changed: fetched anew where somebody looks at them. */
export function refreshKnownPerson(id: Id): void {
  if (held.has(id)) void refreshPerson(id);
}

const underWay = new Set<Id>();

/** Fetches a contact anew; what is known stays where the hub does not answer. */
export async function refreshPerson(id: Id): Promise<void> {
  if (underWay.has(id)) return;
  underWay.add(id);
  try {
    const found = await api.get<Contact>(`/contacts/${id}`);
    const one = held.get(id);
    if (one) one.value = found;
  } catch {
    // Only warnings depend on it.
  } finally {
    underWay.delete(id);
  }
}

/** Mail addresses of contacts that match what was typed. Throws what `api` throws. */
export async function findPeople(needle: string, abort: AbortSignal): Promise<Address[]> {
  const { items } = await api.get<Page<Contact>>(path("/contacts", { q: needle, limit: 8 }), { signal: abort });
  return items.flatMap((one) =>
    one.identities
      .filter((identity) => identity.kind === "email" && !identity.unreachable_since)
      .map((identity) => ({ name: one.name === identity.value ? "" : one.name, address: identity.value })),
  );
}
