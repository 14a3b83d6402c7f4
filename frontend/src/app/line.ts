/** The app's one socket: connected to the store, with its state for the bar and the presence shape. */

import { signal } from "@preact/signals";
import { leaveForSignIn } from "../lib/api";
import { openLine } from "../lib/shared/open";
import type { ConnectionState, Line } from "../lib/socket";
import { recall, remember } from "../lib/storage";
import { loadCounters } from "../lib/store/counters";
import { type Watchers, reducer } from "../lib/store/events";
import { forgetOthers, refresh } from "../lib/store/list";
import { applyLive, forgetLive } from "../lib/store/live";
import { resumeOutbox } from "../lib/store/outbox";
import { loadOffers } from "../lib/store/offers";
import { loadOrganization, myId, putAgent } from "../lib/store/session";
import { refreshTimelines } from "../lib/store/timelines";
import { forgetWork } from "../lib/store/work";
import type { Me, PresenceState, Said, Topic } from "../lib/types";
import { current, currentId } from "./current";

export const connection = signal<ConnectionState>("connecting");
export const retryAt = signal<number | null>(null);
/** False until the first `ready`: a page that just opened is not "lost". */
export const wasReady = signal(false);

/** The hub says that it cannot save or show changes just now. */
export const isDegraded = signal(false);

let line: Line | null = null;
let followed: readonly Topic[] = [];

/** Connects; from here on events move the store, beginning with those since `me` was fetched. */
export async function connectLine(me: Me, watchers: Watchers): Promise<void> {
  const handlers = {
    event: reducer(watchers),
    live: applyLive,
    resync: fetchEverything,
    state: showState,
    degraded: (now: boolean) => (isDegraded.value = now),
    signedOut: leaveForSignIn,
  };
  const script = document.documentElement.dataset["worker"] ?? "";
  line = await openLine(handlers, script, `${me.organization.id}:${me.user.id}`);
  line.goOnFrom(me.position);
  line.setPresence(lastSaid(), true);
  line.start();
  if (followed.length) line.follow(followed);
  lookAt(currentId.peek());
  addEventListener("online", () => line?.nudge());
  addEventListener("offline", () => line?.nudge());
  document.addEventListener("visibilitychange", () => line?.nudge());
}

function showState(state: ConnectionState, at: number | null): void {
  connection.value = state;
  retryAt.value = at;
  if (state === "lost") forgetLive();
  if (state !== "ready") return;
  isDegraded.value = false;
  wasReady.value = true;
  resumeOutbox();
}

/** What was missed is unknown: fetch all that is on screen again. */
export function fetchEverything(): void {
  forgetOthers();
  void refresh();
  void loadCounters().catch(() => undefined);
  forgetWork();
  void loadOffers().catch(() => undefined);
  void loadOrganization();
  refreshTimelines(currentId.peek());
}

export function tryNow(): void {
  line?.start();
}

/** Chooses the viewer's presence, with a reason of the organization's own; remembered for the next visit. */
export function setPresence(state: PresenceState, reason = ""): void {
  remember("presence", state);
  remember("presence-reason", reason);
  putAgent(myId.value, { state, reason });
  line?.setPresence({ state, reason });
}

const lastSaid = (): Said => ({
  state: recall<PresenceState>("presence", "online"),
  reason: recall("presence-reason", ""),
});

/** Takes work again that the hub kept away because offers were not answered. */
export const comeBack = (): void => setPresence("online");

/** What the page wants beside the inbox, until it says otherwise. */
export function followTopics(topics: readonly Topic[]): void {
  followed = topics;
  line?.follow(topics);
}

export function lookAt(conversationId: string | null): void {
  line?.setViewing(conversationId);
}

const TYPING_EVERY_MS = 2_500;
const TYPING_ENDS_MS = 4_000;
let saidTypingAt = 0;
let silence: ReturnType<typeof setTimeout> | undefined;

/** Lets others see that the viewer is writing here; falls silent by itself. */
export function sayTyping(): void {
  const id = current.peek()?.id;
  if (!id) return;
  clearTimeout(silence);
  silence = setTimeout(() => stopTyping(id), TYPING_ENDS_MS);
  if (Date.now() - saidTypingAt < TYPING_EVERY_MS) return;
  saidTypingAt = Date.now();
  line?.typing(id, "start");
}

export function stopTyping(id: string): void {
  clearTimeout(silence);
  if (!saidTypingAt) return;
  saidTypingAt = 0;
  line?.typing(id, "stop");
}
