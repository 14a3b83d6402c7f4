/** What lies over the app, one thing at a time. */

import { signal } from "@preact/signals";

export type Overlay = "palette" | "shortcuts" | "new" | "quarantine" | "snooze" | null;
export const overlay = signal<Overlay>(null);
export const closeOverlay = (): void => {
  overlay.value = null;
};
