/** How this browser likes it: theme, pane widths, details pane, single-key shortcuts, sound and notices. */

import { effect, signal } from "@preact/signals";
import { recall, remember } from "../storage";

export type Theme = "system" | "light" | "dark";

function kept<T>(key: string, fallback: T) {
  const value = signal<T>(recall(key, fallback));
  value.subscribe((next) => remember(key, next));
  return value;
}

export const theme = kept<Theme>("theme", "system");
export const widths = kept("widths", { views: 216, list: 360, contact: 280 });
export const isContactOpen = kept("contact", true);
export const areSingleKeysOn = kept("single-keys", true);
/** Offers are heard as well as seen. */
export const isSoundOn = kept("sound", true);
/** The system tells of offers while no tab of ours is in sight; the browser has to allow it, too. */
export const areNoticesOn = kept("notices", false);

/** True where the page is dark now, whoever decided it. */
export const isDark = signal(false);

/** Keeps <html data-theme> and `isDark` true to the choice and to the system. */
export function followTheme(): void {
  const system = matchMedia("(prefers-color-scheme: dark)");
  const settle = (): void => {
    isDark.value = theme.value === "system" ? system.matches : theme.value === "dark";
  };
  effect(() => {
    if (theme.value === "system") delete document.documentElement.dataset["theme"];
    else document.documentElement.dataset["theme"] = theme.value;
    settle();
  });
  system.addEventListener("change", settle);
}
