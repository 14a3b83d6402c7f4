/** What was written and not sent, per conversation, kept in this browser. */

import { type Signal, signal } from "@preact/signals";
import { forget, recall, remember } from "../storage";
import type { Attachment, Id } from "../types";

export type Mode = "reply" | "note";
export interface Draft {
  mode: Mode;
  reply: string;
  note: string;
  /** The channel of the answer, where it is not the customer's last one. */
  channelId: Id | null;
  cc: string;
  attachments: Attachment[];
}

export const EMPTY: Draft = { mode: "reply", reply: "", note: "", channelId: null, cc: "", attachments: [] };
const held = new Map<Id, Signal<Draft>>();

export function draft(id: Id): Signal<Draft> {
  let one = held.get(id);
  if (!one) {
    one = signal({ ...EMPTY, ...recall<Partial<Draft>>(`draft:${id}`, {}) });
    held.set(id, one);
  }
  return one;
}

export function changeDraft(id: Id, change: Partial<Draft>): void {
  const one = draft(id);
  one.value = { ...one.peek(), ...change };
  if (isEmpty(one.peek())) forget(`draft:${id}`);
  else remember(`draft:${id}`, one.peek());
}

function isEmpty({ reply, note, attachments }: Draft): boolean {
  return !reply && !note && !attachments.length;
}
