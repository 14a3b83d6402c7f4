/** The figures beside the views: fetched once, then moved by the absolute values that events carry. */

import { signal } from "@preact/signals";
import { api } from "../api";
import type { Counters } from "../types";
import { myId } from "./session";

/** By key: open, unassigned, snoozed, mine, queue:<id>, team:<id>. */
export const counters = signal<Readonly<Record<string, number>>>({});

export async function loadCounters(): Promise<void> {
  const { queues, teams, ...plain } = await api.get<Counters>("/counters");
  const flat: Record<string, number> = { ...plain };
  for (const [id, n] of Object.entries(queues)) flat[`queue:${id}`] = n;
  for (const [id, n] of Object.entries(teams)) flat[`team:${id}`] = n;
  counters.value = flat;
}

export function applyCounters(changes: Record<string, number>): void {
  const next = { ...counters.value };
  for (const [key, n] of Object.entries(changes)) {
    if (key === `mine:${myId.value}`) next["mine"] = n;
    else if (!key.startsWith("mine:")) next[key] = n;
  }
  counters.value = next;
}
