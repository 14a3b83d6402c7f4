/** Which pane is in front where only one fits, and the steps between them. */

import { computed, signal } from "@preact/signals";
import { isContactOpen } from "../lib/store/prefs";
import { isInbox, navigate, route } from "../lib/store/route";

export type Pane = "views" | "list" | "thread" | "contact";
export const pane = signal<Pane>(route.value.number === null ? "list" : "thread");

/** Below this width one pane is shown at a time. */
const NARROW = matchMedia("(max-width: 899px)");
const narrow = signal(NARROW.matches);
NARROW.addEventListener("change", () => (narrow.value = NARROW.matches));
export const isNarrow = (): boolean => narrow.value;

/** True where the list stands beside the thread: offers have their place in it. */
export const isListInSight = (): boolean => !narrow.value && isInbox.value;

/** The pane that is the page's main part: the thread, or the only one there is room for. */
export const front = computed<Pane>(() => (narrow.value ? pane.value : "thread"));

/** Opens a view. On a wide window the conversation stays open beside it. */
export function goTo(view: string): void {
  navigate({ view, q: "", channel: "", ...(isNarrow() ? { number: null } : {}) });
}

/** Opens a conversation and brings the thread to the front. */
export function openConversation(number: number, { replace = false } = {}): void {
  navigate({ number }, { replace });
  pane.value = "thread";
}

/** The Back arrow in a pane's head. */
export function back(): void {
  if (pane.value === "contact") pane.value = "thread";
  else if (pane.value === "thread") closeConversation();
  else pane.value = "views";
}

export function closeConversation(): void {
  navigate({ number: null });
  pane.value = "list";
}

/** Shows or hides the details: beside the thread where there is room, else over it. */
export function toggleDetails(): void {
  if (matchMedia("(min-width: 1200px)").matches) isContactOpen.value = !isContactOpen.value;
  else pane.value = pane.value === "contact" ? "thread" : "contact";
}

/** The browser's Back and Forward bring the right pane with them. */
export function followPanes(): void {
  addEventListener("popstate", () => {
    pane.value = route.value.number === null ? "list" : "thread";
  });
}
