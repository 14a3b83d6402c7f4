/** How much the viewer has in hand, and what the hub keeps away from them. */

import { computed } from "@preact/signals";
import { api } from "../api";
import type { Agent, Offer, Page, Work, WorkClass } from "../types";
import { agents, myId, putAgent } from "./session";

const mine = computed<Agent | undefined>(() => agents.value.get(myId.value));

/** Of 100; null while the hub has not told. */
export const myCapacity = computed(() => mine.value?.capacity ?? null);

const CLASSES: readonly WorkClass[] = ["realtime", "live", "async"];

/** The classes of work that are kept away because offers were left unanswered. */
export const notAnswering = computed<readonly WorkClass[]>(() =>
  CLASSES.filter((name) => mine.value?.unavailable?.[name] !== undefined),
);

export const myReason = computed(() => mine.value?.reason ?? "");
export const myStateSince = computed(() => mine.value?.since ?? null);

const PAUSE_MS = 400;
let timer: ReturnType<typeof setTimeout> | undefined;

/** Work of the viewer began, ended or moved: the hub is asked how much that leaves them, once for several. */
export function noteWork(before: Work | null, after: Work): void {
  if (before?.assignee_id === myId.peek() || after.assignee_id === myId.peek()) soon();
}

export function noteOffer(offer: Offer): void {
  if (offer.agent_id === myId.peek()) soon();
}

function soon(): void {
  clearTimeout(timer);
  timer = setTimeout(() => void refresh().catch(() => undefined), PAUSE_MS);
}

async function refresh(): Promise<void> {
  const me = myId.peek();
  const { items } = await api.get<Page<Agent>>("/agents");
  const found = items.find((one) => one.id === me);
  if (found) putAgent(me, { capacity: found.capacity ?? null, on: found.on ?? null, skills: found.skills ?? null });
}
