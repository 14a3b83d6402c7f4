/** A tab's end of the socket that it shares with its neighbours; checks for itself that no number is missing. */

import { Position } from "../sequence";
import type { Line, SocketHandlers } from "../socket";
import type { Id, Said, Topic } from "../types";
import type { FromTab, FromWorker, Place, Port } from "./messages";

export class SharedLine implements Line {
  private readonly position = new Position();
  private presence: Said | null = null;
  private isJoined = false;
  private isBehind = false;

  constructor(
    private readonly port: Port<FromTab>,
    private readonly handlers: SocketHandlers,
    private readonly lock: string,
    private readonly isHidden: () => boolean,
  ) {}

  goOnFrom({ epoch, seq }: Place): void {
    this.position.set(epoch, seq);
  }

  start(): void {
    if (this.isJoined) return this.port.postMessage({ kind: "start" });
    this.isJoined = true;
    const { lock, presence, place } = this;
    this.port.postMessage({ kind: "join", lock, place, presence, isHidden: this.isHidden() });
  }

  stop(): void {
    this.isJoined = false;
    this.port.postMessage({ kind: "leave" });
  }

  nudge(): void {
    this.port.postMessage({ kind: "visibility", isHidden: this.isHidden() });
    this.port.postMessage({ kind: "nudge" });
  }

  setPresence(said: Said): void {
    this.presence = said;
    if (this.isJoined) this.port.postMessage({ kind: "presence", said });
  }

  setViewing(conversation: Id | null): void {
    this.port.postMessage({ kind: "viewing", conversation });
  }

  follow(topics: readonly Topic[]): void {
    this.port.postMessage({ kind: "follow", topics });
  }

  typing(conversation: Id, state: "start" | "stop"): void {
    this.port.postMessage({ kind: "typing", conversation, state });
  }

  /** Takes one message of the worker. */
  take(message: FromWorker): void {
    switch (message.kind) {
      case "numbered":
        return this.numbered(message);
      case "live":
        return this.handlers.live(message.frame);
      case "resync":
        return this.resync(message.place);
      case "state":
        return this.handlers.state(message.state, message.retryAt);
      case "degraded":
        return this.handlers.degraded?.(message.isDegraded);
      case "signedOut":
        return this.handlers.signedOut();
    }
  }

  private get place(): Place | null {
    const { epoch, seq } = this.position;
    return epoch !== null && seq !== null ? { epoch, seq } : null;
  }

  private numbered({ epoch, from, seq, event }: FromWorker & { kind: "numbered" }): void {
    this.position.epoch ??= epoch;
    const verdict = this.position.take(seq, from);
    if (verdict === "gap") return this.fallBehind();
    this.isBehind = false;
    if (verdict === "apply" && event) this.handlers.event(event);
  }

  /** Asks once; what comes after the hole meanwhile is sent again with what filled it. */
  private fallBehind(): void {
    if (this.isBehind || !this.place) return;
    this.isBehind = true;
    this.port.postMessage({ kind: "behind", place: this.place });
  }

  private resync({ epoch, seq }: Place): void {
    this.isBehind = false;
    this.position.set(epoch, seq);
    this.handlers.resync();
  }
}
