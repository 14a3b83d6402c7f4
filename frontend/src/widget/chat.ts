/** The conversation as the visitor's browser knows it: messages in order, the outbox, what is unread. No DOM here. */

import { Memory, type Pending } from "./memory";
import { Wire, type AgentsState, type Attachment, type ClientFrame, type Identity, type MessageFrame, type ServerFrame } from "./wire";

export type Delivery = "queued" | "sending" | "sent" | "failed";

/** One bubble. `seq` is null until the server has confirmed it. */
export interface Entry {
  key: string;
  seq: number | null;
  mine: boolean;
  author: string;
  text: string;
  attachments: Attachment[];
  at: number;
  delivery: Delivery;
  reason: string;
}

const ANSWER_MS = 15_000;
const TYPING_SHOWN_MS = 6_000;
const TYPING_SENT_MS = 3_000;
const TRANSIENT = ["slow_down", "unavailable"];

/** 128 random bits in hex; `crypto.randomUUID` exists on secure pages only. */
function newId(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Holds the state; calls `changed` after every change. */
export class Chat {
  readonly memory: Memory;
  readonly wire: Wire;
  agents: AgentsState | null = null;
  typing = "";
  /** The newest own message that an agent has read. */
  readSeq = 0;
  identity: Identity | undefined;
  readonly #entries = new Map<string, Entry>();
  #conversation: string | undefined;
  #seenSeq = 0;
  #inFlight = "";
  #answerTimer = 0;
  #typingTimer = 0;
  #typingSent = 0;

  readonly #siteKey: string;
  readonly #hub: string;
  readonly #changed: () => void;

  constructor(
    url: string,
    siteKey: string,
    changed: () => void,
  ) {
    this.#siteKey = siteKey;
    this.#hub = url.replace("ws", "http");
    this.#changed = changed;
    this.memory = new Memory(siteKey);
    this.wire = new Wire(url, () => this.#start(), (frame) => this.#take(frame), () => this.#connectionChanged());
    for (const pending of this.memory.read().outbox) this.#putPending(pending);
  }

  /** All messages: confirmed ones in the server's order, then the others in the order of writing. */
  list(): Entry[] {
    return [...this.#entries.values()].sort((a, b) => (a.seq ?? Infinity) - (b.seq ?? Infinity) || a.at - b.at);
  }

  /** How many agents' messages the visitor has not looked at. */
  unread(): number {
    return this.list().filter((each) => !each.mine && each.seq! > this.#seenSeq).length;
  }

  /** Queue a message; it leaves at once when there is a connection, otherwise when there is one again. */
  say(text: string): void {
    const pending = { client_id: newId(), text, at: Date.now() };
    this.memory.keep(pending);
    this.#putPending(pending);
    this.#typingSent = 0;
    this.#flush();
    this.#changed();
  }

  /** Send a refused message once more, unchanged. */
  retry(key: string): void {
    const entry = this.#entries.get(key)!;
    const pending = { client_id: key, text: entry.text, at: entry.at };
    this.memory.keep(pending);
    this.#putPending(pending);
    if (this.wire.state === "refused") this.wire.restart();
    this.#flush();
    this.#changed();
  }

  /** The visitor has a non-empty draft (or has not any more); told to agents every few seconds at most. */
  compose(isWriting: boolean): void {
    const due = Date.now() - this.#typingSent > TYPING_SENT_MS;
    if (isWriting ? !due : !this.#typingSent) return;
    if (this.wire.send({ type: "typing", state: isWriting ? "start" : "stop" })) {
      this.#typingSent = isWriting ? Date.now() : 0;
    }
  }

  /** The visitor looks at the newest message now. */
  look(): void {
    const newest = Math.max(0, ...this.list().map((each) => (each.mine ? 0 : each.seq!)));
    if (newest > this.#seenSeq && this.wire.send({ type: "seen", seq: newest })) this.#seenSeq = newest;
  }

  #start(): ClientFrame {
    return {
      type: "start",
      site_key: this.#siteKey,
      visitor: this.memory.read().visitor,
      identity: this.identity,
      locale: navigator.language.slice(0, 16),
      conversation: this.#conversation,
      since: this.#conversation && Math.max(0, ...this.list().map((each) => each.seq ?? 0)),
    } as ClientFrame;
  }

  #take(frame: ServerFrame): void {
    switch (frame.type) {
      case "welcome":
        if (this.#conversation && frame.conversation?.id !== this.#conversation) this.#forgetConfirmed();
        this.#conversation = frame.conversation?.id;
        this.agents = frame.agents;
        this.#seenSeq = Math.max(this.#seenSeq, frame.seen);
        this.readSeq = frame.read;
        this.memory.write({ visitor: frame.visitor, site: frame.site.name, started: !!frame.conversation });
        frame.messages.forEach((each) => this.#put(each));
        break;
      case "message":
        this.#put(frame);
        break;
      case "typing":
        this.#showTyping(frame.state === "start" ? frame.name : "");
        break;
      case "agents":
        this.agents = frame.state;
        break;
      case "read":
        this.readSeq = Math.max(this.readSeq, frame.seq);
        break;
      case "error":
        this.#settle(frame.client_id ?? "", frame.code, frame.detail);
    }
    this.#changed();
  }

  #put(frame: MessageFrame): void {
    const mine = frame.direction === "inbound";
    const key = (mine && frame.client_id) || frame.id;
    this.#entries.set(key, {
      key,
      seq: frame.seq,
      mine,
      author: frame.author.name,
      text: frame.text,
      attachments: frame.attachments.map((file) => ({ ...file, url: new URL(file.url, this.#hub).href })),
      at: Date.parse(frame.at),
      delivery: "sent",
      reason: "",
    });
    if (mine) this.#confirm(key);
    else this.#showTyping("");
  }

  #putPending(pending: Pending): void {
    this.#entries.set(pending.client_id, {
      key: pending.client_id,
      seq: null,
      mine: true,
      author: "",
      text: pending.text,
      attachments: [],
      at: pending.at,
      delivery: pending.reason === undefined ? "queued" : "failed",
      reason: pending.reason ?? "",
    });
  }

  #confirm(clientId: string): void {
    this.memory.forget(clientId);
    this.memory.write({ started: true });
    if (clientId === this.#inFlight) this.#next();
  }

  /** An error answer: wait and repeat where that may help, else hand the message back to its writer. */
  #settle(clientId: string, code: string, detail: string): void {
    const entry = this.#entries.get(clientId || this.#inFlight);
    if (!entry || entry.seq !== null) return;
    if (TRANSIENT.includes(code)) {
      clearTimeout(this.#answerTimer);
      this.#answerTimer = setTimeout(() => this.#next(), 1000 + Math.random() * 2000);
      return;
    }
    const refused = { client_id: entry.key, text: entry.text, at: entry.at, reason: detail };
    this.memory.keep(refused);
    this.#putPending(refused);
    this.#next();
  }

  /** One unconfirmed message is on its way at a time: that keeps their order through any disturbance. */
  #flush(): void {
    const waiting = this.list().filter((each) => each.seq === null && each.delivery !== "failed");
    const first = waiting[0];
    const state = this.wire.state;
    for (const each of waiting) each.delivery = state === "lost" ? "queued" : state === "refused" ? "failed" : "sending";
    if (!first || state !== "open" || this.#inFlight) return;
    this.#inFlight = first.key;
    this.wire.send({ type: "message", client_id: first.key, text: first.text });
    this.#answerTimer = setTimeout(() => this.wire.restart(), ANSWER_MS);
  }

  #next(): void {
    clearTimeout(this.#answerTimer);
    this.#inFlight = "";
    this.#flush();
  }

  #connectionChanged(): void {
    if (this.wire.state !== "open") this.typing = "";
    if (this.wire.state !== "connecting") this.#next();
    this.#changed();
  }

  #showTyping(name: string): void {
    clearTimeout(this.#typingTimer);
    this.typing = name;
    if (name) this.#typingTimer = setTimeout(() => this.#take({ type: "typing", state: "stop", name }), TYPING_SHOWN_MS);
  }

  #forgetConfirmed(): void {
    for (const each of this.list()) if (each.seq !== null) this.#entries.delete(each.key);
    this.#seenSeq = this.readSeq = 0;
  }
}
