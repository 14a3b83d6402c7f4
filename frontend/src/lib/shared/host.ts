/** One socket for all tabs of a browser: lives in a worker, speaks to the hub once, and to each tab by its port. */

import { AgentSocket, type Wire } from "../socket";
import type { EventFrame, Id, LiveFrame, PresenceFrame, Topic } from "../types";
import type { FromTab, FromWorker, Place, Port } from "./messages";

/** So many events are kept for tabs that join or fall behind; beyond that a tab fetches afresh. */
const KEPT = 500;

interface Numbered {
  from: number;
  seq: number;
  event: EventFrame | null;
}

interface Tab {
  viewing: Id | null;
  topics: readonly Topic[];
  isHidden: boolean;
  /** Rises with each sign that somebody is at this tab. */
  touched: number;
}

export class SocketHost {
  private readonly tabs = new Map<Port<FromWorker>, Tab>();
  private readonly socket: AgentSocket;
  private recent: Numbered[] = [];
  private state: FromWorker & { kind: "state" } = { kind: "state", state: "connecting", retryAt: null };
  private presences = new Map<Id, PresenceFrame>();
  private isDegraded = false;
  private isStarted = false;
  private clock = 0;

  /** `whenGone` calls back once the tab that holds a lock is no more. */
  constructor(
    connect: () => Wire,
    private readonly whenGone: (lock: string, gone: () => void) => void,
    random: () => number = Math.random,
  ) {
    this.socket = new AgentSocket(
      connect,
      {
        event: (frame) => this.numbered({ from: frame.seq, seq: frame.seq, event: frame }),
        skipped: (from, seq) => this.numbered({ from, seq, event: null }),
        live: (frame) => this.live(frame),
        resync: () => this.resync(),
        state: (state, retryAt) => this.tell((this.state = { kind: "state", state, retryAt })),
        degraded: (isDegraded) => this.tell({ kind: "degraded", isDegraded: (this.isDegraded = isDegraded) }),
        signedOut: () => this.signedOut(),
      },
      () => [...this.tabs.values()].every((tab) => tab.isHidden),
      random,
    );
  }

  /** Takes one message of a tab. */
  take(port: Port<FromWorker>, message: FromTab): void {
    if (message.kind === "join") return this.join(port, message);
    const tab = this.tabs.get(port);
    if (!tab) return;
    switch (message.kind) {
      case "presence":
        return this.socket.setPresence(message.said);
      case "viewing":
        tab.viewing = message.conversation;
        return this.touch(tab);
      case "visibility":
        tab.isHidden = message.isHidden;
        if (!tab.isHidden) this.socket.nudge();
        return this.touch(tab);
      case "follow":
        tab.topics = message.topics;
        return this.follow();
      case "typing":
        return this.socket.typing(message.conversation, message.state);
      case "behind":
        return this.catchUp(port, message.place);
      case "nudge":
        return this.socket.nudge();
      case "start":
        return this.socket.start();
      case "leave":
        return this.leave(port);
    }
  }

  private join(port: Port<FromWorker>, { lock, place, presence, isHidden }: FromTab & { kind: "join" }): void {
    const tab: Tab = { viewing: null, topics: [], isHidden, touched: 0 };
    this.tabs.set(port, tab);
    this.touch(tab);
    this.whenGone(lock, () => this.leave(port));
    if (presence) this.socket.setPresence(presence, true);
    if (this.isStarted) {
      port.postMessage(this.state);
      port.postMessage({ kind: "degraded", isDegraded: this.isDegraded });
      for (const frame of this.presences.values()) port.postMessage({ kind: "live", frame });
      if (place) this.catchUp(port, place);
      this.socket.nudge();
    } else {
      this.isStarted = true;
      if (place) this.socket.goOnFrom(place);
      this.socket.start();
    }
  }

  private leave(port: Port<FromWorker>): void {
    this.tabs.delete(port);
    if (this.tabs.size) return (this.follow(), this.showViewing());
    this.socket.stop();
    this.isStarted = false;
  }

  /** The socket follows what any tab wants; each asks anew, so that a tab that joins late sees values at once. */
  private follow(): void {
    this.socket.follow([...this.tabs.values()].flatMap((tab) => tab.topics));
  }

  private touch(tab: Tab): void {
    tab.touched = ++this.clock;
    this.showViewing();
  }

  /** Others see what the tab shows that somebody was at last; a tab in sight counts before one that is not. */
  private showViewing(): void {
    const rank = (tab: Tab): number => (tab.isHidden ? tab.touched - this.clock : tab.touched);
    const [first] = [...this.tabs.values()].sort((a, b) => rank(b) - rank(a));
    this.socket.setViewing(first?.viewing ?? null);
  }

  private numbered(one: Numbered): void {
    this.recent.push(one);
    if (this.recent.length > KEPT) this.recent.shift();
    this.tell(this.framed(one));
  }

  private framed(one: Numbered): FromWorker {
    return { kind: "numbered", epoch: this.socket.place?.epoch ?? "", ...one };
  }

  /** Sends a tab what it lacks, or tells it to fetch afresh. */
  private catchUp(port: Port<FromWorker>, { epoch, seq }: Place): void {
    const here = this.socket.place;
    // Without a place of its own the socket has yet to be greeted; what follows the greeting is new to everybody.
    if (!here) return;
    if (epoch === here.epoch && seq >= here.seq) return;
    const missed = this.recent.filter((one) => one.seq > seq);
    const isWhole = epoch === here.epoch && missed[0] !== undefined && missed[0].from <= seq + 1;
    if (isWhole) for (const one of missed) port.postMessage(this.framed(one));
    else port.postMessage({ kind: "resync", place: here });
  }

  private resync(): void {
    this.recent = [];
    if (this.socket.place) this.tell({ kind: "resync", place: this.socket.place });
  }

  private live(frame: LiveFrame): void {
    if (frame.type === "presence") this.presences.set(frame.agent_id ?? "", frame);
    this.tell({ kind: "live", frame });
  }

  private signedOut(): void {
    this.isStarted = false;
    this.presences.clear();
    this.tell({ kind: "signedOut" });
  }

  private tell(message: FromWorker): void {
    for (const port of this.tabs.keys()) port.postMessage(message);
  }
}
