/** Keeps the socket's place in the organization's event log and proves that nothing was missed. */

export type Verdict = "apply" | "old" | "gap";

/** A position (epoch, seq) that numbered frames move forward by exactly one, or by a joined run of skips. */
export class Position {
  epoch: string | null = null;
  seq: number | null = null;

  /** Adopts the server's word, from `ready` without resume or from `resync`. */
  set(epoch: string, seq: number): void {
    this.epoch = epoch;
    this.seq = seq;
  }

  /** Takes a frame covering `from`…`seq`. "apply": next in line, or its first; "old": seen before; "gap": something is missing. */
  take(seq: number, from: number = seq): Verdict {
    if (this.seq === null) {
      this.seq = seq;
      return "apply";
    }
    if (seq <= this.seq) return "old";
    if (from > this.seq + 1) return "gap";
    this.seq = seq;
    return "apply";
  }
}
