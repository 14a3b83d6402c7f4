/** The conversation that the address names, found by number and kept open while it is looked at. */

import { computed, effect, signal, untracked } from "@preact/signals";
import { conversation, findByNumber, idOfNumber } from "../lib/store/conversations";
import { route, settingsPath } from "../lib/store/route";
import { loadTimeline, timeline } from "../lib/store/timelines";
import type { Id } from "../lib/types";

export const currentId = signal<Id | null>(null);
/** "gone": no such conversation for this viewer; "failed": the hub did not answer. */
export const trouble = signal<"gone" | "failed" | null>(null);
export const current = computed(() => (currentId.value ? (conversation(currentId.value)?.value ?? null) : null));

/** Follows the route; tells `onChange` which conversation is on screen, null for none. */
export function followRoute(onChange: (id: Id | null) => void): void {
  let shown: Id | null = null;
  const number = computed(() => (settingsPath.value === null ? route.value.number : null));
  effect(() => {
    const wanted = number.value;
    void untracked(() => open(wanted)).then(() => {
      if (number.peek() !== wanted || currentId.peek() === shown) return;
      shown = currentId.peek();
      onChange(shown);
    });
  });
}

/** Opens a conversation by number: from memory in the same frame, else fetched. */
export async function open(number: number | null): Promise<void> {
  trouble.value = null;
  const known = number === null ? null : idOfNumber(number);
  if (known !== undefined) return show(known);
  currentId.value = null;
  try {
    const found = await findByNumber(number as number);
    if (route.peek().number !== number) return;
    if (found) show(found.id);
    else trouble.value = "gone";
  } catch {
    if (route.peek().number === number) trouble.value = "failed";
  }
}

function show(id: Id | null): void {
  if (id && id !== currentId.peek()) {
    const held = timeline(id);
    const { read_seq: read = 0, unread = 0 } = conversation(id)?.peek() ?? {};
    held.readUpTo.value = unread > 0 ? read : null;
    void loadTimeline(id);
  }
  currentId.value = id;
}
