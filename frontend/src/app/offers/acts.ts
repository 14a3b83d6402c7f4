/** Answering an offer: accepted, its conversation opens with the cursor in the composer; declined, it goes on. */

import { signal } from "@preact/signals";
import { ApiError, api } from "../../lib/api";
import { t } from "../../lib/i18n";
import { fetchConversation, put } from "../../lib/store/conversations";
import { offers, silence } from "../../lib/store/offers";
import { reasonOf } from "../../lib/store/reason";
import { say } from "../../lib/store/toasts";
import type { Conversation, Id, Offer } from "../../lib/types";
import { focusComposer } from "../composer/begin";
import { closeOverlay } from "../overlay";
import { openConversation } from "../panes";
import { callerOf, takenWords } from "./words";

/** Those whose answer is on its way. */
export const answering = signal<ReadonlySet<Id>>(new Set());

/** The one that the keys mean: whichever expires first and is not answered yet. */
export const foremost = (): Offer | undefined => offers.peek().find((one) => !answering.peek().has(one.id));

export async function accept(offer: Offer): Promise<void> {
  if (!(await answer(offer, "accept"))) return;
  const one = await fetchConversation(offer.conversation_id).catch(() => null);
  if (!one) return;
  closeOverlay();
  openConversation(one.number);
  focusComposer(one.id, "reply");
}

export async function decline(offer: Offer, reason = ""): Promise<void> {
  if (await answer(offer, "decline", { reason })) say(t("offer.declined", { name: callerOf(offer) }));
}

async function answer(offer: Offer, verb: "accept" | "decline", body: object = {}): Promise<boolean> {
  if (answering.peek().has(offer.id)) return false;
  mark(offer.id, true);
  try {
    const held = await api.post<Conversation | null>(`/conversations/${offer.conversation_id}/${verb}`, body);
    if (held?.number) put(held);
    silence(offer.id);
    return true;
  } catch (error) {
    if (isGone(error)) await learn(offer);
    say(failureWords(error, offer), { tone: "failure" });
    return false;
  } finally {
    mark(offer.id, false);
  }
}

function mark(id: Id, isBusy: boolean): void {
  const next = new Set(answering.peek());
  if (isBusy) next.add(id);
  else next.delete(id);
  answering.value = next;
}

const isGone = (error: unknown): error is ApiError => error instanceof ApiError && error.is("offer-gone");

/** Stops the ring, and finds out who has the conversation now. */
async function learn(offer: Offer): Promise<void> {
  silence(offer.id);
  await fetchConversation(offer.conversation_id).catch(() => undefined);
}

function failureWords(error: unknown, offer: Offer): string {
  if (!isGone(error)) return t("act.failed", { reason: reasonOf(error) });
  return takenWords(offer) ?? t("offer.gone", { name: callerOf(offer), reason: reasonOf(error) });
}

/** Says what became of an offer that rang here and ended elsewhere. */
export function tellEnd(offer: Offer): void {
  const name = callerOf(offer);
  if (offer.status === "timeout") say(t("offer.timedOut", { name }));
  else if (offer.status === "rescinded") say(takenWords(offer) ?? t("offer.gone", { name, reason: offer.reason }));
}
