/** The agent's socket: hello, resume, proof of completeness, credit, reconnecting with jitter, and a visible state. */

import { fullJitter } from "./backoff";
import { Position } from "./sequence";
import type { EventFrame, LiveFrame, Said, ServerFrame, Topic } from "./types";

export type ConnectionState = "connecting" | "ready" | "lost" | "refused";

/** What the socket needs of its surroundings; tests give a fake. */
export interface Wire {
  readyState: number;
  send(data: string): void;
  close(code?: number): void;
  onopen: ((event: unknown) => void) | null;
  onmessage: ((event: { data: unknown }) => void) | null;
  onclose: ((event: { code: number; reason?: string }) => void) | null;
}

/** A line to the hub, however it is held. */
export interface Line {
  /** Goes on after what the page has fetched, instead of from now. Before the first `start`. */
  goOnFrom(place: { epoch: string; seq: number }): void;
  /** Opens the line now, dropping any wait; also what "Try now" does. */
  start(): void;
  stop(): void;
  /** The network may be back, or the tab woke: do not sit out the wait. */
  nudge(): void;
  /** Kept and said again after each reconnect. `isRepeated`: an earlier choice, not one that is made now. */
  setPresence(said: Said, isRepeated?: boolean): void;
  setViewing(conversation: string | null): void;
  /** What this page wants beside the inbox; asked for anew where it is named again. */
  follow(topics: readonly Topic[]): void;
  typing(conversation: string, state: "start" | "stop"): void;
}

export interface SocketHandlers {
  event(frame: EventFrame): void;
  /** Events that this viewer may not see, or did not ask for. */
  skipped?(from: number, seq: number): void;
  live(frame: LiveFrame): void;
  /** The position was too old: everything on screen must be fetched again. */
  resync(): void;
  /** `retryAt` is when the next try starts (ms since 1970), null while none is planned. */
  state(state: ConnectionState, retryAt: number | null): void;
  /** The hub cannot save or show changes just now; or can again. */
  degraded?(isDegraded: boolean): void;
  /** 4401: the session has ended. */
  signedOut(): void;
}

const OPEN = 1;
const ACK_FRAMES = 8;
const ACK_MS = 3_000;
/** A quiet line is pinged after this long; while nobody looks, seldom. */
const QUIET_MS = 2_500;
const QUIET_HIDDEN_MS = 25_000;
/** An unanswered ping means that the line is dead. With QUIET_MS it is said within five seconds. */
const ANSWER_MS = 2_200;
/** A server under load may take this long to greet. */
const GREETING_MS = 8_000;
const LONG_ENOUGH_MS = 5_000;
/** A restarting hub says in its close when to come back, so that not all come at once; no longer than this. */
const LONGEST_HINT_MS = 60_000;

export class AgentSocket implements Line {
  private wire: Wire | null = null;
  private readonly position = new Position();
  private readonly topics = new Map<string, Topic>();
  private presence: Said | null = null;
  private viewing: string | null = null;
  private attempt = 0;
  private openedAt = Infinity;
  private credit: string | null = null;
  private unacknowledged = 0;
  private isHealing = false;
  private isStopped = false;
  private retryTimer: ReturnType<typeof setTimeout> | undefined;
  private ackTimer: ReturnType<typeof setTimeout> | undefined;
  private lifeTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly connect: () => Wire,
    private readonly handlers: SocketHandlers,
    private readonly isHidden: () => boolean = () => false,
    private readonly random: () => number = Math.random,
  ) {
    this.topics.set("inbox", { kind: "inbox" });
  }

  /** Where the line stands, once that is known. */
  get place(): { epoch: string; seq: number } | null {
    const { epoch, seq } = this.position;
    return epoch !== null && seq !== null ? { epoch, seq } : null;
  }

  goOnFrom({ epoch, seq }: { epoch: string; seq: number }): void {
    this.position.set(epoch, seq);
  }

  start(): void {
    this.isStopped = false;
    clearTimeout(this.retryTimer);
    this.drop();
    this.openedAt = Infinity;
    this.handlers.state("connecting", null);
    const wire = this.connect();
    this.wire = wire;
    this.expectWithin(GREETING_MS);
    wire.onopen = () => this.opened(wire);
    wire.onmessage = (message) => this.received(wire, message.data);
    wire.onclose = (event) => this.closed(wire, event.code, event.reason);
  }

  stop(): void {
    this.isStopped = true;
    clearTimeout(this.retryTimer);
    this.drop();
  }

  nudge(): void {
    if (this.isStopped) return;
    if (!this.wire) this.start();
    else if (this.wire.readyState === OPEN) this.ping();
  }

  follow(topics: readonly Topic[]): void {
    const wanted = new Map(topics.map((topic) => [topicKey(topic), topic]));
    for (const [key, topic] of this.topics) {
      if (wanted.has(key) || topic.kind === "inbox") continue;
      this.topics.delete(key);
      this.send({ type: "unsubscribe", topic });
    }
    for (const [key, topic] of wanted) {
      this.topics.set(key, topic);
      this.send({ type: "subscribe", topic });
    }
  }

  setPresence(said: Said, isRepeated = false): void {
    this.presence = said;
    this.sendPresence(isRepeated);
  }

  private sendPresence(isRepeated: boolean): void {
    if (this.presence) this.send({ type: "presence", ...this.presence, ...(isRepeated ? { again: true } : {}) });
  }

  setViewing(conversation: string | null): void {
    if (conversation === this.viewing) return;
    this.viewing = conversation;
    this.send({ type: "viewing", conversation });
  }

  typing(conversation: string, state: "start" | "stop"): void {
    this.send({ type: "typing", conversation, state });
  }

  private opened(wire: Wire): void {
    if (wire !== this.wire) return;
    this.openedAt = Date.now();
    this.send({ type: "hello", ...this.place, topics: [...this.topics.values()] });
  }

  private received(wire: Wire, data: unknown): void {
    if (wire !== this.wire) return;
    this.pingWhenQuiet();
    const frame = parse(data);
    if (!frame) return;
    switch (frame.type) {
      case "ready":
        return this.ready(frame.epoch, frame.seq, frame.resumed === true);
      case "resync":
        return this.resynced(frame.epoch, frame.seq);
      case "event":
        return this.numbered(frame.seq, frame.seq, frame);
      case "skip":
        return this.numbered(frame.seq, frame.from ?? frame.seq, null);
      case "presence":
      case "typing":
      case "viewing":
      case "live":
        return this.handlers.live(frame);
      case "health":
        return this.handlers.degraded?.(frame.state === "degraded");
      case "pong":
      case "error":
        return;
    }
  }

  private ready(epoch: string, seq: number, isResumed: boolean): void {
    const isGap = isResumed && this.position.seq !== null && this.position.seq < seq;
    const isFirst = this.position.seq === null;
    this.isHealing = false;
    this.position.set(epoch, seq);
    if (isGap || (!isResumed && !isFirst)) this.handlers.resync();
    this.greeted();
  }

  private resynced(epoch: string, seq: number): void {
    this.position.set(epoch, seq);
    this.isHealing = false;
    this.handlers.resync();
    this.greeted();
  }

  private greeted(): void {
    this.sendPresence(true);
    if (this.viewing) this.send({ type: "viewing", conversation: this.viewing });
    this.handlers.state("ready", null);
  }

  private numbered(seq: number, from: number, event: EventFrame | null): void {
    const verdict = this.position.take(seq, from);
    if (verdict === "gap") return this.heal();
    if (event?.credit) this.credit = event.credit;
    this.acknowledgeSoon();
    if (verdict !== "apply") return;
    if (event) this.handlers.event(event);
    else this.handlers.skipped?.(from, seq);
  }

  /** A number is missing: resume from the last good place on a new line. Frames after the hole come again. */
  private heal(): void {
    if (this.isHealing) return;
    this.isHealing = true;
    this.start();
  }

  private acknowledgeSoon(): void {
    this.unacknowledged += 1;
    if (this.unacknowledged >= ACK_FRAMES) return this.acknowledge();
    this.ackTimer ??= setTimeout(() => this.acknowledge(), ACK_MS);
  }

  private acknowledge(): void {
    clearTimeout(this.ackTimer);
    this.ackTimer = undefined;
    this.unacknowledged = 0;
    if (this.position.seq === null) return;
    this.send({ type: "ack", seq: this.position.seq, ...(this.credit ? { credit: this.credit } : {}) });
  }

  private pingWhenQuiet(): void {
    clearTimeout(this.lifeTimer);
    this.lifeTimer = setTimeout(() => this.ping(), this.isHidden() ? QUIET_HIDDEN_MS : QUIET_MS);
  }

  private ping(): void {
    this.send({ type: "ping" });
    this.expectWithin(ANSWER_MS);
  }

  /** Any frame will do; without one the line counts as lost. */
  private expectWithin(milliseconds: number): void {
    clearTimeout(this.lifeTimer);
    this.lifeTimer = setTimeout(() => this.closed(this.wire, 1006), milliseconds);
  }

  private closed(wire: Wire | null, code: number, reason = ""): void {
    if (!wire || wire !== this.wire) return;
    this.drop();
    if (this.isStopped) return;
    if (code === 4401) return this.handlers.signedOut();
    if (code === 4403) return this.handlers.state("refused", null);
    if (Date.now() - this.openedAt > LONG_ENOUGH_MS) this.attempt = 0;
    const wait = askedWait(reason) ?? fullJitter(this.attempt, 800, 15_000, this.random);
    this.attempt += 1;
    this.isHealing = false;
    this.handlers.state("lost", Date.now() + wait);
    this.retryTimer = setTimeout(() => this.start(), wait);
  }

  private drop(): void {
    const wire = this.wire;
    this.wire = null;
    clearTimeout(this.ackTimer);
    this.ackTimer = undefined;
    clearTimeout(this.lifeTimer);
    if (!wire) return;
    wire.onopen = wire.onmessage = wire.onclose = null;
    wire.close();
  }

  private send(frame: object): void {
    if (this.wire?.readyState === OPEN) this.wire.send(JSON.stringify(frame));
  }
}

/** The milliseconds to stay away that a close asks for ("…, retry in 3.5"), if it does. */
function askedWait(reason: string): number | undefined {
  const seconds = /retry in (\d+(?:\.\d+)?)/.exec(reason)?.[1];
  return seconds === undefined ? undefined : Math.min(Number(seconds) * 1_000, LONGEST_HINT_MS);
}

function topicKey(topic: Topic): string {
  return "id" in topic ? `${topic.kind}:${topic.id}` : topic.kind;
}

function parse(data: unknown): ServerFrame | null {
  try {
    return JSON.parse(String(data)) as ServerFrame;
  } catch {
    return null;
  }
}
