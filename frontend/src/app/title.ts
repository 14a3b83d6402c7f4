/** The tab's title: what rings, how many wrote while one was away, the view, the product. */

import { effect, signal } from "@preact/signals";
import { count, t } from "../lib/i18n";
import { offers } from "../lib/store/offers";
import { view } from "../lib/store/route";
import { myId } from "../lib/store/session";
import type { Conversation, Item } from "../lib/types";
import { callerOf, headingOf } from "./offers/words";

const missed = signal<ReadonlySet<string>>(new Set());

/** Counts conversations in which a customer wrote while this tab was hidden: one's own and those nobody has. */
export function noteArrival(item: Item, conversation: Conversation): void {
  const concernsMe = conversation.assignee_id === null || conversation.assignee_id === myId.peek();
  if (document.hidden && item.direction === "inbound" && concernsMe)
    missed.value = new Set(missed.peek()).add(conversation.id);
}

export function followTitle(): void {
  effect(() => {
    const badge = missed.value.size ? `(${count(missed.value.size)}) ` : "";
    const [ringing] = offers.value;
    const call = ringing ? `● ${t("offer.says", { kind: headingOf(ringing), name: callerOf(ringing) })} · ` : "";
    document.title = `${call}${badge}${view.value.title || "Inbox"} · Omnihub`;
  });
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) missed.value = new Set();
  });
}
