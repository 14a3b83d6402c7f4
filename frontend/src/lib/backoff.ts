/** Waiting times between tries: full jitter, so that a thousand clients do not come back in step. */

/** Milliseconds before try number `attempt` (from 0): anywhere in [0, min(cap, base · 2^attempt)]. */
export function fullJitter(attempt: number, base = 500, cap = 15_000, random: () => number = Math.random): number {
  return random() * Math.min(cap, base * 2 ** attempt);
}
