/** Changes of settings by anybody: pages that show them load again, and so does the list of queues. */

import { signal } from "@preact/signals";
import { api } from "../api";
import type { Page, Queue } from "../types";
import { refreshMacros } from "./macros";
import { loadStateReasons, queues } from "./session";
import { refreshSkills } from "./skills";

/** By noun, how often it changed since the page was opened. */
export const settingsChanges = signal<Readonly<Record<string, number>>>({});

/** Something of this noun was made, changed or removed, here or elsewhere. */
export function noteSettings(noun: string): void {
  settingsChanges.value = { ...settingsChanges.value, [noun]: (settingsChanges.value[noun] ?? 0) + 1 };
  if (noun === "queue") void reloadQueues();
  if (noun === "state_reason") void loadStateReasons().catch(() => undefined);
  if (noun === "skill") refreshSkills();
  if (noun === "macro") refreshMacros();
}

async function reloadQueues(): Promise<void> {
  try {
    queues.value = (await api.get<Page<Queue>>("/queues")).items;
  } catch {
    // The side bar keeps what it has until the next change.
  }
}
