/** Work on conversations as far as this tab has heard of it: who has it, since when it waits, why it is stuck. */

import { type Signal, signal } from "@preact/signals";
import type { Id, Work } from "../types";

const known = new Map<Id, Signal<Work | null>>();

const OVER: ReadonlySet<Work["state"]> = new Set(["done", "abandoned"]);

/** The work on a conversation that is not over; null where there is none, or none was heard of. */
export function work(conversation: Id): Signal<Work | null> {
  let one = known.get(conversation);
  if (!one) known.set(conversation, (one = signal<Work | null>(null)));
  return one;
}

/** Pure: what holds after hearing of one piece of work. A late word about an earlier stay does not end a later one. */
export function latest(held: Work | null, next: Work): Work | null {
  if (!OVER.has(next.state)) return next;
  return held && held.id !== next.id ? held : null;
}

/** Takes what was heard of one; answers with what was known of it before. */
export function takeWork(next: Work): Work | null {
  const one = work(next.conversation_id);
  const before = one.peek();
  one.value = latest(before, next);
  return before;
}

/** After a resync nothing of it is certain. */
export function forgetWork(): void {
  for (const one of known.values()) one.value = null;
}
