/** Which list lies over the board. */

import { signal } from "@preact/signals";
import type { Id, WorkKind } from "../../lib/types";
import type { Figure } from "./shapes";

/** A figure of a queue and kind, of all where they are not named; or what one agent is on. */
export interface Drilled {
  figure?: Figure;
  queue?: Id;
  kind?: WorkKind;
  agent?: Id;
}

export const drilled = signal<Drilled | null>(null);

export function drill(what: Drilled): void {
  drilled.value = what;
}
