/** Makes offers noticed where nobody looks at their card: by sound in one tab, by the system where none is in sight. */

import { effect, signal } from "@preact/signals";
import { t } from "../../lib/i18n";
import { serverNow } from "../../lib/serverclock";
import { peek } from "../../lib/store/conversations";
import { loadOffers, offers } from "../../lib/store/offers";
import { areNoticesOn, isSoundOn } from "../../lib/store/prefs";
import type { Id, Offer } from "../../lib/types";
import { chime } from "./chime";
import { isInSight, leadTabs, showSight } from "./tabs";
import { callerOf, headingOf } from "./words";

/** The hub's time in ms, moved on while something rings; what counts down reads it. */
export const beat = signal(serverNow());
const BEAT_MS = 250;
const CHIME_EVERY_MS = 3_000;
/** So long after its end an offer may still be unanswered here; then the hub is asked. */
const GRACE_MS = 3_000;

let isLeader = false;
let chimedAt = 0;
const shown = new Map<Id, Notification>();

/** Follows the offers of `owner` from here on. */
export function followOffers(owner: string): void {
  showSight(owner);
  whenTouched(() => leadTabs(owner, () => (isLeader = true)));
  let timer: ReturnType<typeof setInterval> | undefined;
  effect(() => {
    const ringing = offers.value;
    for (const [id, notice] of shown) if (!ringing.some((one) => one.id === id)) dismiss(id, notice);
    for (const offer of ringing) if (!shown.has(offer.id)) void notify(offer, owner);
    clearInterval(timer);
    timer = undefined;
    if (!ringing.length) return;
    tick();
    timer = setInterval(tick, BEAT_MS);
  });
}

function tick(): void {
  beat.value = serverNow();
  const [first] = offers.peek();
  if (!first) return;
  if (Date.parse(first.expires_at ?? "") + GRACE_MS < beat.peek()) return overdue();
  if (!isLeader || !isSoundOn.peek() || Date.now() - chimedAt < CHIME_EVERY_MS) return;
  chimedAt = Date.now();
  chime();
}

let askedAt = 0;

/** The hub's word about the end did not come: asks, but not four times a second. */
function overdue(): void {
  if (Date.now() - askedAt < GRACE_MS) return;
  askedAt = Date.now();
  void loadOffers().catch(() => undefined);
}

/** A tab that nobody has touched cannot sound; it leaves the sound to one that can. */
function whenTouched(begin: () => void): void {
  const stop = new AbortController();
  const first = (): void => {
    stop.abort();
    begin();
  };
  for (const name of ["pointerdown", "keydown"]) addEventListener(name, first, { signal: stop.signal, capture: true });
}

const mayNotify = (): boolean => "Notification" in window && Notification.permission === "granted";

/** All hidden tabs say it under the same tag, which the system shows once. */
async function notify(offer: Offer, owner: string): Promise<void> {
  if (!areNoticesOn.peek() || !mayNotify() || (await isInSight(owner))) return;
  if (!offers.peek().some((one) => one.id === offer.id)) return;
  const text = peek(offer.conversation_id)?.preview ?? "";
  try {
    const notice = new Notification(callerOf(offer), { body: `${headingOf(offer)}\n${text}`, tag: offer.id });
    notice.onclick = () => window.focus();
    shown.set(offer.id, notice);
  } catch {
    // Some phones only let a service worker do this; title and sound remain.
  }
}

function dismiss(id: Id, notice: Notification): void {
  notice.close();
  shown.delete(id);
}

/** Switches notices on, asking the browser first; to be called by a gesture. The words for a browser that refuses. */
export async function allowNotices(isWanted: boolean): Promise<string | null> {
  if (!isWanted) {
    areNoticesOn.value = false;
    return null;
  }
  if (!("Notification" in window)) return t("notices.none");
  const answer = await Notification.requestPermission();
  areNoticesOn.value = answer === "granted";
  return answer === "granted" ? null : t("notices.refused");
}
