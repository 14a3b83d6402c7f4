/** How a conversation's time shows: the ring's state and share, and the words beside it. */

import { t } from "../lib/i18n";
import { clock, exact, now, span } from "../lib/time";
import { isDone } from "../lib/store/views";
import type { Conversation, SlaRing } from "../lib/types";
import type { RingState } from "../ui/ring";

export interface Wait {
  state: RingState;
  share: number;
  /** "6 min left", for a row. */
  words: string;
  /** "Next reply in 6 min", where there is room. */
  sentence: string;
  /** Which promise, and when exactly it is due in the viewer's zone; empty where nothing was promised. */
  title: string;
  dueState: "ok" | "soon" | "breached";
}

type Timed = Pick<Conversation, "status" | "waiting_since" | "snoozed_until" | "sla">;

/** Without a promise a full turn of the ring is a customer who has waited for a day. */
const FULL_MS = 24 * 3_600_000;
/** Less than this part of the time is "soon". */
const SOON = 0.25;

/** The promise that is due first; where there is none, how long the customer has waited. */
export function waitOf(one: Timed): Wait {
  if (isDone(one as Conversation)) return plain("none", "");
  const { sla } = one;
  if (sla && sla.state !== "paused") return promised(sla);
  if (one.status === "snoozed" && one.snoozed_until) {
    return plain("paused", t("wait.until", { time: clock(one.snoozed_until) }));
  }
  if (sla) return promised(sla);
  if (!one.waiting_since) return plain("paused", "");
  const passed = Math.max(0, now.value - Date.parse(one.waiting_since));
  return plain("ok", t("wait.for", { time: span(passed) }), Math.max(0.02, Math.min(1, passed / FULL_MS)));
}

const plain = (state: RingState, words: string, share = 0): Wait => ({
  state,
  share,
  words,
  sentence: words,
  title: "",
  dueState: "ok",
});

/** The promise's name: "Next reply". */
export const promiseName = (clockName: SlaRing["clock"]): string => t(`sla.${clockName}`);

/** A clock as ring and words; the list's and the panel's look alike. */
export function promised({ clock: name, state, due_at: due, target_seconds: target }: SlaRing): Wait {
  const promise = promiseName(name);
  if (state === "paused" || !due) {
    const sentence = t("sla.pausedLong", { promise });
    return { state: "paused", share: 0, words: t("sla.paused"), sentence, title: sentence, dueState: "ok" };
  }
  const left = Date.parse(due) - now.value;
  const title = t("sla.due", { promise, time: exact(due) });
  if (state === "breached" || left <= 0) {
    const time = span(-left);
    const [words, sentence] = [t("sla.over", { time }), t("sla.overLong", { promise, time })];
    return { state: "breached", share: 1, words, sentence, title, dueState: "breached" };
  }
  // Closed hours lie between now and a moment that is further off than the target.
  const share = Math.min(1, left / (target * 1_000));
  const dueState = share <= SOON ? "soon" : "ok";
  const time = span(left);
  return {
    state: dueState,
    share: Math.max(0.02, share),
    words: t("sla.left", { time }),
    sentence: t("sla.leftLong", { promise, time }),
    title,
    dueState,
  };
}
