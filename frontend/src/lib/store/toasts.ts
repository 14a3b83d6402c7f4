/** What the hub says back at the foot of the list: a line, perhaps with Undo, for a few seconds. */

import { signal } from "@preact/signals";

export interface Toast {
  id: number;
  text: string;
  tone: "plain" | "failure";
  /** Milliseconds it stays. */
  life: number;
  undo?: () => void;
}

export const toasts = signal<readonly Toast[]>([]);
let last = 0;

/** Says `text`; with `undo` it offers to take the act back, also by `z`. */
export function say(text: string, options: { undo?: () => void; tone?: Toast["tone"] } = {}): void {
  const toast: Toast = {
    id: ++last,
    text,
    tone: options.tone ?? "plain",
    life: options.undo ? 8_000 : 6_000,
    ...options,
  };
  toasts.value = [...toasts.value.slice(-2), toast];
  setTimeout(() => dismiss(toast.id), toast.life);
}

export function dismiss(id: number): void {
  toasts.value = toasts.value.filter((toast) => toast.id !== id);
}

/** Takes back the newest act that can be; false where there is none. */
export function undoLast(): boolean {
  const toast = toasts.value.findLast((one) => one.undo);
  if (!toast) return false;
  dismiss(toast.id);
  toast.undo?.();
  return true;
}
