/** The hub's clock, as near as this browser can tell it: deadlines are the hub's. */

const KEPT = 24;

/** By how much the hub's clock is ahead of this one, in ms; 0 until something was heard. */
let ahead = 0;
let heard: number[] = [];

/**
 * Takes a moment that the hub wrote just now. It is older than that by its way here, so each is a lower
 * bound, and the highest of the latest is nearest; what is replayed from the log does no harm.
 */
export function hearServer(moment: number, here: number = Date.now()): void {
  if (!Number.isFinite(moment)) return;
  heard = [...heard.slice(1 - KEPT), moment - here];
  ahead = Math.max(...heard);
}

/** True once anything was heard. */
export const hasHeardServer = (): boolean => heard.length > 0;

/** What the hub's clock shows now, in ms since 1970. */
export function serverNow(here: number = Date.now()): number {
  return here + ahead;
}
