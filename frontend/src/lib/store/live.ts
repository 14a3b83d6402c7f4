/** Last values that no log keeps: who is typing, who is looking, who is here. */

import { signal } from "@preact/signals";
import type { FiguresFrame, Id, Item, LiveFrame, PresenceFrame, TypingFrame, Who } from "../types";
import { myId, putAgent } from "./session";

const TYPING_MS = 6_000;

export const typing = signal<ReadonlyMap<Id, readonly Who[]>>(new Map());
export const viewing = signal<ReadonlyMap<Id, readonly Who[]>>(new Map());
const expiries = new Map<string, ReturnType<typeof setTimeout>>();

/** Who takes the live board's frames, while it is shown. */
export const figuresWatcher = signal<((frame: FiguresFrame) => void) | null>(null);

export function applyLive(frame: LiveFrame): void {
  if (frame.type === "presence") applyPresence(frame);
  else if (frame.type === "typing") applyTyping(frame);
  else if (frame.type === "live") figuresWatcher.value?.(frame);
  else {
    const others = frame.agents.filter((agent) => agent.id !== myId.value);
    viewing.value = withEntry(viewing.value, frame.conversation_id, others);
  }
}

function applyPresence(frame: PresenceFrame): void {
  for (const { agent_id: id, id: name, state, since = null, reason, unavailable } of [frame, ...(frame.agents ?? [])]) {
    const who = id ?? name;
    if (!who || !state) continue;
    putAgent(who, {
      state,
      since,
      ...(reason === undefined ? {} : { reason }),
      ...(unavailable ? { unavailable } : {}),
    });
  }
}

function applyTyping({ conversation_id: id, who, state }: TypingFrame): void {
  if (who.id === myId.value) return;
  const key = `${id}:${who.id}`;
  clearTimeout(expiries.get(key));
  const others = (typing.value.get(id) ?? []).filter((one) => one.id !== who.id);
  const isTyping = state === "start";
  typing.value = withEntry(typing.value, id, isTyping ? [...others, who] : others);
  if (isTyping)
    expiries.set(
      key,
      setTimeout(() => stopTyping(id, who.id), TYPING_MS),
    );
}

/** Somebody fell silent. */
export function stopTyping(conversation: Id, who: Id): void {
  const left = (typing.value.get(conversation) ?? []).filter((one) => one.id !== who);
  typing.value = withEntry(typing.value, conversation, left);
}

/** What somebody typed has arrived. A customer is one person here, however they came. */
export function hasSaid({ conversation_id: id, author }: Item): void {
  for (const one of typing.value.get(id) ?? []) {
    if (one.id === author.id || (one.type === "contact" && author.type === "contact")) stopTyping(id, one.id);
  }
}

/** Nothing is known while the line is down. */
export function forgetLive(): void {
  typing.value = new Map();
  viewing.value = new Map();
}

function withEntry(
  map: ReadonlyMap<Id, readonly Who[]>,
  id: Id,
  people: readonly Who[],
): ReadonlyMap<Id, readonly Who[]> {
  const next = new Map(map);
  if (people.length) next.set(id, people);
  else next.delete(id);
  return next;
}
