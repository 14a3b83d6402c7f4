/**
 * What was sent here and is not in the timeline yet. Shown in the next frame, repeated under the same client_id
 * until the server has answered, kept over a reload; so a message goes out exactly once or says why not. Each has a
 * place of its own in the browser's store: tabs see one another's, and none overwrites what another one sends.
 */

import { signal } from "@preact/signals";
import { ApiError, NetworkError, api } from "../api";
import { fullJitter } from "../backoff";
import { forget, recallAll, remember, whenOthersRemember } from "../storage";
import type { Address, Attachment, ChannelRef, Id, Item } from "../types";
import { reasonOf } from "./reason";
import { putItem } from "./timelines";

export interface Outgoing {
  clientId: Id;
  conversationId: Id;
  kind: "message" | "note";
  text: string;
  channel: ChannelRef | null;
  /** Whom a mail goes to; null leaves it to the hub, which knows who a chat or a text message is for. */
  recipients: { to: Address[]; cc: Address[]; bcc: Address[] } | null;
  /** The message that is handed on; null for an answer. */
  forwardOf: Id | null;
  attachments: Attachment[];
  seenSeq: number;
  at: string;
  state: "sending" | "failed" | "guarded";
  /** Why it failed, in words. */
  reason: string;
  /** What came in while one wrote; only where state is "guarded". */
  missed: Item[];
  isForced: boolean;
}

export const outbox = signal<readonly Outgoing[]>([]);
let kept = "";

/** Shows what this person still has on its way in this browser; nobody else's. */
export function openOutbox(owner: Id): void {
  kept = `outbox:${owner}:`;
  outbox.value = recallAll<Outgoing>(kept).sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
  whenOthersRemember<Outgoing>(kept, (clientId, one) => {
    const others = outbox.peek().filter((known) => known.clientId !== clientId);
    outbox.value = one ? [...others, one] : others;
  });
}

function change(clientId: Id, part: Partial<Outgoing> | null): void {
  outbox.value = outbox.value.flatMap((one) => (one.clientId !== clientId ? [one] : part ? [{ ...one, ...part }] : []));
  const changed = outbox.value.find((one) => one.clientId === clientId);
  if (changed) remember(kept + clientId, changed);
  else forget(kept + clientId);
}

export type New = Pick<
  Outgoing,
  "conversationId" | "kind" | "text" | "channel" | "recipients" | "forwardOf" | "attachments" | "seenSeq"
>;

/** Shows `entry` as sending and sends it. */
export function send(entry: New): void {
  const one: Outgoing = {
    ...entry,
    clientId: crypto.randomUUID(),
    at: new Date().toISOString(),
    state: "sending",
    reason: "",
    missed: [],
    isForced: false,
  };
  outbox.value = [...outbox.value, one];
  remember(kept + one.clientId, one);
  void deliver(one.clientId, 0);
}

/** Tries a failed or guarded one again; `isForced` sends over what came in meanwhile. */
export function resend(clientId: Id, isForced = false): void {
  change(clientId, { state: "sending", reason: "", isForced });
  void deliver(clientId, 0);
}

export function discard(clientId: Id): void {
  change(clientId, null);
}

/** Takes up again what a reload or a lost connection interrupted. */
export function resumeOutbox(): void {
  for (const one of outbox.peek()) if (one.state === "sending") void deliver(one.clientId, 0);
}

/** An item arrived by the socket: its bubble is the real one now. */
export function arrived(item: Item): void {
  const going = outbox.peek().find((one) => (item.client_id ? one.clientId === item.client_id : isSameNote(one, item)));
  if (going) change(going.clientId, null);
}

/** Notes carry no client_id; the same words in the same conversation on their way are this note. */
function isSameNote(one: Outgoing, item: Item): boolean {
  return (
    one.kind === "note" && item.kind === "note" && one.conversationId === item.conversation_id && one.text === item.text
  );
}

const underWay = new Set<Id>();

async function deliver(clientId: Id, attempt: number): Promise<void> {
  const one = outbox.peek().find((entry) => entry.clientId === clientId);
  if (!one || one.state !== "sending" || underWay.has(clientId)) return;
  underWay.add(clientId);
  try {
    const item = await post(one);
    putItem(item);
    change(clientId, null);
  } catch (error) {
    if (isPassing(error)) setTimeout(() => void deliver(clientId, attempt + 1), fullJitter(attempt, 1_000, 15_000));
    else settleFailure(one, error);
  } finally {
    underWay.delete(clientId);
  }
}

/** No answer, a server in trouble, or the same request still running there: the same request again is safe. */
function isPassing(error: unknown): boolean {
  if (error instanceof NetworkError) return true;
  if (!(error instanceof ApiError)) return false;
  return error.isTemporary || (error.status === 409 && !error.is("conversation-changed"));
}

function settleFailure(one: Outgoing, error: unknown): void {
  if (error instanceof ApiError && error.is("conversation-changed")) {
    const missed = (error.problem["missed"] ?? error.problem["items"] ?? []) as Item[];
    missed.forEach(putItem);
    change(one.clientId, { state: "guarded", missed });
  } else {
    change(one.clientId, { state: "failed", reason: reasonOf(error) });
  }
}

async function post(one: Outgoing): Promise<Item> {
  const base = `/conversations/${one.conversationId}`;
  const key = one.isForced ? `${one.clientId}:forced` : one.clientId;
  if (one.kind === "note") {
    return api.post<Item>(`${base}/notes`, { text: one.text, client_id: one.clientId }, { idempotencyKey: key });
  }
  const message = {
    text: one.text,
    client_id: one.clientId,
    ...addressed(one),
    ...(one.attachments.length ? { attachment_ids: one.attachments.map((file) => file.id) } : {}),
  };
  if (one.forwardOf)
    return api.post<Item>(`${base}/forward`, { ...message, item_id: one.forwardOf }, { idempotencyKey: key });
  const channel = one.channel ? { channel_id: one.channel.id } : {};
  const answer = { ...message, ...channel, seen_seq: one.seenSeq, ...(one.isForced ? { force: true } : {}) };
  return api.post<Item>(`${base}/messages`, answer, { idempotencyKey: key });
}

function addressed({ recipients }: Outgoing): { to?: string[]; cc?: string[]; bcc?: string[] } {
  if (!recipients) return {};
  const plain = (list: readonly Address[]): string[] => list.map((one) => one.address);
  return { to: plain(recipients.to), cc: plain(recipients.cc), bcc: plain(recipients.bcc) };
}
