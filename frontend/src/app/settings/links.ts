/** Links between pages of the settings: they open in place, and in a new tab where somebody asks for one. */

import { openSettings, settingsPath } from "../../lib/store/route";

/** The click handler of a link to `path`. */
export function follow(path: string) {
  return (event: MouseEvent): void => {
    if (event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    openSettings(path);
  };
}

/** A value of the current address's query; empty when it has none. */
export function queried(name: string): string {
  return new URLSearchParams((settingsPath.value ?? "").split("?")[1] ?? "").get(name) ?? "";
}
