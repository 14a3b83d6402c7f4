/** What lies over the app, one thing at a time. */

import { signal } from "@preact/signals";

import type { Item } from "../lib/types";

export type Overlay =
  "palette" | "shortcuts" | "new" | "quarantine" | "snooze" | "original" | "transfer" | "takeover" | "why" | null;
export const overlay = signal<Overlay>(null);

/** The mail whose original lies over the app, and which side of it shows first. */
export const inspected = signal<{ item: Item; side: "headers" | "source" } | null>(null);

export function inspect(item: Item, side: "headers" | "source"): void {
  inspected.value = { item, side };
  overlay.value = "original";
}

export const closeOverlay = (): void => {
  overlay.value = null;
};
