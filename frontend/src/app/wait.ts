/** How a conversation's waiting shows: the ring's state and share, and the words beside it. */

import { t } from "../lib/i18n";
import { clock, now, span } from "../lib/time";
import { isDone } from "../lib/store/views";
import type { Conversation } from "../lib/types";
import type { RingState } from "../ui/ring";

export interface Wait {
  state: RingState;
  share: number;
  words: string;
  dueState: "ok" | "soon" | "breached";
}

/** A full turn of the ring: a customer who has waited for a day. */
const FULL_MS = 24 * 3_600_000;

/** Without a promise to measure against, the ring only tells how long the customer has waited. */
export function waitOf(one: Pick<Conversation, "status" | "waiting_since" | "snoozed_until">): Wait {
  if (isDone(one as Conversation)) return { state: "none", share: 0, words: "", dueState: "ok" };
  if (one.status === "snoozed" && one.snoozed_until) {
    return { state: "paused", share: 0, words: t("wait.until", { time: clock(one.snoozed_until) }), dueState: "ok" };
  }
  if (!one.waiting_since) return { state: "paused", share: 0, words: "", dueState: "ok" };
  const passed = Math.max(0, now.value - Date.parse(one.waiting_since));
  return {
    state: "ok",
    share: Math.max(0.02, Math.min(1, passed / FULL_MS)),
    words: t("wait.for", { time: span(passed) }),
    dueState: "ok",
  };
}
