/** The socket to the hub: one connection at a time, given up when silent, opened again with growing, jittered pauses. */

export interface Attachment {
  id: string;
  filename: string;
  size: number;
  url: string;
}

export interface MessageFrame {
  type: "message";
  id: string;
  seq: number;
  client_id: string | null;
  direction: "inbound" | "outbound";
  text: string;
  author: { name: string };
  attachments: Attachment[];
  at: string;
}

export type AgentsState = "online" | "away";

export interface WelcomeFrame {
  type: "welcome";
  visitor: string;
  conversation: { id: string } | null;
  messages: MessageFrame[];
  agents: AgentsState;
  site: { name: string };
  /** The newest agent's message that this visitor has seen, and the newest own message that an agent has read. */
  seen: number;
  read: number;
}

export type ServerFrame =
  | WelcomeFrame
  | MessageFrame
  | { type: "typing"; state: "start" | "stop"; name: string }
  | { type: "agents"; state: AgentsState }
  | { type: "read"; seq: number }
  | { type: "error"; code: string; detail: string; client_id?: string | null; limit?: number }
  | { type: "pong" };

/** Who the page's own sign-in says the visitor is, signed by the site's server. */
export interface Identity {
  external_id: string;
  email?: string;
  name?: string;
  exp: number;
  hmac: string;
}

export type ClientFrame =
  | { type: "start"; site_key: string; visitor: string | null; identity?: Identity; locale: string; since?: number; conversation?: string }
  | { type: "message"; client_id: string; text: string }
  | { type: "typing"; state: "start" | "stop" }
  | { type: "seen"; seq: number }
  | { type: "ping" };

/** `refused`: the hub does not want this site or page, and trying again would not help. */
export type WireState = "idle" | "connecting" | "open" | "lost" | "refused";

const QUIET_MS = 20_000;
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 30_000;
const FORBIDDEN = [4400, 4403];

/** Keeps a socket open from `open()` on and says hello on each new one. */
export class Wire {
  state: WireState = "idle";
  #socket: WebSocket | undefined;
  #failures = 0;
  #timer = 0;
  #watch = 0;

  readonly #url: string;
  readonly #hello: () => ClientFrame;
  readonly #onFrame: (frame: ServerFrame) => void;
  readonly #onState: () => void;

  constructor(
    url: string,
    hello: () => ClientFrame,
    onFrame: (frame: ServerFrame) => void,
    onState: () => void,
  ) {
    this.#url = url;
    this.#hello = hello;
    this.#onFrame = onFrame;
    this.#onState = onState;
    addEventListener("online", () => this.state === "lost" && this.#connect());
    addEventListener("offline", () => this.#socket && this.#lose());
  }

  /** Connect unless that has happened already. */
  open(): void {
    if (this.state === "idle") this.#connect();
  }

  /** Leave the present socket and come back with a new hello. */
  restart(): void {
    if (this.state !== "idle") this.#connect();
  }

  /** Send now, or answer false: what must not be lost is kept by the caller. */
  send(frame: ClientFrame): boolean {
    if (this.state !== "open") return false;
    this.#socket!.send(JSON.stringify(frame));
    return true;
  }

  #connect(): void {
    this.#drop();
    this.#become("connecting");
    const socket = (this.#socket = new WebSocket(this.#url));
    socket.onopen = () => socket.send(JSON.stringify(this.#hello()));
    socket.onmessage = (event) => this.#take(JSON.parse(event.data as string) as ServerFrame);
    socket.onclose = (event) => (FORBIDDEN.includes(event.code) ? this.#refuse() : this.#lose());
    this.#listen();
  }

  #take(frame: ServerFrame): void {
    this.#listen();
    if (frame.type === "welcome") {
      this.#failures = 0;
      this.state = "open";
    }
    this.#onFrame(frame);
    if (frame.type === "welcome") this.#onState();
  }

  /** A dead network closes nothing by itself: after silence ask, and after more silence give up. */
  #listen(): void {
    clearTimeout(this.#watch);
    this.#watch = setTimeout(() => {
      this.send({ type: "ping" });
      this.#watch = setTimeout(() => this.#lose(), QUIET_MS / 2);
    }, QUIET_MS);
  }

  #lose(): void {
    this.#drop();
    const pause = Math.min(FIRST_PAUSE_MS * 2 ** this.#failures++, LONGEST_PAUSE_MS);
    this.#timer = setTimeout(() => this.#connect(), pause * (0.5 + Math.random()));
    this.#become("lost");
  }

  #refuse(): void {
    this.#drop();
    this.#become("refused");
  }

  #drop(): void {
    clearTimeout(this.#timer);
    clearTimeout(this.#watch);
    const socket = this.#socket;
    this.#socket = undefined;
    if (!socket) return;
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close();
  }

  #become(state: WireState): void {
    this.state = state;
    this.#onState();
  }
}
