/** What was written and not sent, per conversation, kept in this browser. */

import { type Signal, signal } from "@preact/signals";
import { forget, recall, remember } from "../storage";
import type { Address, Attachment, Id } from "../types";

export type Mode = "reply" | "note";
export type Scope = "all" | "sender";
export interface Draft {
  mode: Mode;
  reply: string;
  note: string;
  /** The channel of the answer, where it is not the customer's last one. */
  channelId: Id | null;
  /** Whom the answer goes to, where that was changed by hand; else everybody, or with `scope` the sender alone. */
  to: Address[] | null;
  cc: Address[] | null;
  bcc: Address[];
  scope: Scope;
  /** The message that is handed on instead of answered. */
  forwardOf: Id | null;
  attachments: Attachment[];
}

export const EMPTY: Draft = {
  mode: "reply",
  reply: "",
  note: "",
  channelId: null,
  to: null,
  cc: null,
  bcc: [],
  scope: "all",
  forwardOf: null,
  attachments: [],
};
/** What sending leaves of an answer's draft. */
export const SENT: Partial<Draft> = {
  reply: "",
  attachments: [],
  to: null,
  cc: null,
  bcc: [],
  scope: "all",
  forwardOf: null,
};
const held = new Map<Id, Signal<Draft>>();

export function draft(id: Id): Signal<Draft> {
  let one = held.get(id);
  if (!one) {
    one = signal(restored(recall<Partial<Draft>>(`draft:${id}`, {})));
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

/** What was kept; addresses of an older form are left behind. */
function restored(kept: Partial<Draft>): Draft {
  const { to, cc, bcc } = kept;
  return { ...EMPTY, ...kept, to: to ?? null, cc: Array.isArray(cc) ? cc : null, bcc: Array.isArray(bcc) ? bcc : [] };
}

function isEmpty({ reply, note, attachments, to, cc, bcc, forwardOf }: Draft): boolean {
  return !reply && !note && !attachments.length && !to && !cc && !bcc.length && !forwardOf;
}
