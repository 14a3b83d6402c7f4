/** Tabs and the worker that holds their socket, over fake ports and a fake wire. */

import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";
import type { ConnectionState, SocketHandlers, Wire } from "../socket";
import type { EventFrame } from "../types";
import { SocketHost } from "./host";
import type { FromTab, FromWorker, Port } from "./messages";
import { SharedLine } from "./tab";

class FakeWire implements Wire {
  readyState = 1;
  sent: Record<string, unknown>[] = [];
  isClosed = false;
  onopen: Wire["onopen"] = null;
  onmessage: Wire["onmessage"] = null;
  onclose: Wire["onclose"] = null;
  send(data: string): void {
    this.sent.push(JSON.parse(data) as Record<string, unknown>);
  }
  close(): void {
    this.isClosed = true;
  }
  receive(frame: object): void {
    this.onmessage?.({ data: JSON.stringify(frame) });
  }
  last(type: string): Record<string, unknown> | undefined {
    return this.sent.findLast((frame) => frame["type"] === type);
  }
}

class FakeTab {
  seen: number[] = [];
  states: ConnectionState[] = [];
  resyncs = 0;
  isHidden = false;
  line: SharedLine;
  lock: string;
  /** Messages that get lost on their way to this tab. */
  isDeaf = false;
  constructor(name: string, place: { epoch: string; seq: number } | null = { epoch: "e", seq: 10 }) {
    this.lock = name;
    const handlers: SocketHandlers = {
      event: (frame) => this.seen.push(frame.seq),
      live: () => undefined,
      resync: () => (this.resyncs += 1),
      state: (state) => this.states.push(state),
      signedOut: () => undefined,
    };
    const toTab: Port<FromWorker> = { postMessage: (message) => this.isDeaf || this.line.take(message) };
    const toWorker: Port<FromTab> = { postMessage: (message) => host.take(toTab, message) };
    this.line = new SharedLine(toWorker, handlers, name, () => this.isHidden);
    if (place) this.line.goOnFrom(place);
    this.line.start();
  }
}

let wires: FakeWire[] = [];
let gone: Map<string, () => void>;
let host: SocketHost;

const wire = (): FakeWire => wires.at(-1) as FakeWire;
const event = (seq: number): Partial<EventFrame> => ({
  type: "event",
  seq,
  event: "contact.updated",
  at: "",
  data: {},
});
const tell = (...numbers: number[]): void => numbers.forEach((seq) => wire().receive(event(seq)));

function greet(seq = 10): void {
  wire().onopen?.({});
  wire().receive({ type: "ready", epoch: "e", seq, resumed: true });
}

beforeEach(() => {
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout", "setInterval", "Date"] });
  wires = [];
  gone = new Map();
  host = new SocketHost(
    () => (wires.push(new FakeWire()), wire()),
    (lock, whenGone) => gone.set(lock, whenGone),
    () => 0.5,
  );
});

test("two tabs share one socket, and both are told everything", () => {
  const [one, two] = [new FakeTab("one"), new FakeTab("two")];
  greet();
  tell(11, 12);
  assert.equal(wires.length, 1);
  assert.deepEqual([one.seen, two.seen], [[11, 12], [11, 12]]); // prettier-ignore
  assert.equal(one.states.at(-1), "ready");
  assert.deepEqual(wire().last("hello"), { type: "hello", epoch: "e", seq: 10, topics: [{ kind: "inbox" }] });
});

test("a tab that joins later gets what came since it fetched, then goes on with the others", () => {
  new FakeTab("one");
  greet();
  tell(11, 12, 13);
  const late = new FakeTab("late", { epoch: "e", seq: 11 });
  tell(14);
  assert.deepEqual(late.seen, [12, 13, 14]);
  assert.equal(late.states.at(-1), "ready");
  assert.equal(late.resyncs, 0);
});

test("a tab whose place is out of reach fetches afresh", () => {
  new FakeTab("one");
  greet();
  tell(11);
  const old = new FakeTab("old", { epoch: "e", seq: 3 });
  const foreign = new FakeTab("foreign", { epoch: "other", seq: 11 });
  tell(12);
  assert.deepEqual([old.resyncs, foreign.resyncs], [1, 1]);
  assert.deepEqual([old.seen, foreign.seen], [[12], [12]]); // prettier-ignore
});

test("a tab that missed a message notices by the numbers and is sent it again, once", () => {
  const tab = new FakeTab("one");
  greet();
  tell(11);
  tab.isDeaf = true;
  tell(12, 13);
  tab.isDeaf = false;
  tell(14, 15);
  assert.deepEqual(tab.seen, [11, 12, 13, 14, 15]);
  assert.equal(tab.resyncs, 0);
});

test("skipped numbers leave no hole in any tab", () => {
  const tab = new FakeTab("one");
  greet();
  tell(11);
  wire().receive({ type: "skip", from: 12, seq: 20 });
  tell(21);
  assert.deepEqual(tab.seen, [11, 21]);
  assert.equal(tab.resyncs, 0);
});

test("others see what the tab in sight shows", () => {
  const [one, two] = [new FakeTab("one"), new FakeTab("two")];
  greet();
  one.line.setViewing("a");
  two.line.setViewing("b");
  assert.equal(wire().last("viewing")?.["conversation"], "b");
  two.isHidden = true;
  two.line.nudge();
  assert.equal(wire().last("viewing")?.["conversation"], "a");
});

test("the socket goes with the last tab, however that one went, and comes back with the next", () => {
  const one = new FakeTab("one");
  new FakeTab("two");
  greet();
  gone.get("two")?.();
  assert.equal(wire().isClosed, false);
  one.line.stop();
  assert.equal(wire().isClosed, true);
  const next = new FakeTab("next");
  assert.equal(wires.length, 2);
  greet(12);
  assert.equal(next.states.at(-1), "ready");
});

test("after a resync every tab fetches afresh", () => {
  const [one, two] = [new FakeTab("one"), new FakeTab("two")];
  greet();
  wire().receive({ type: "resync", epoch: "f", seq: 2 });
  tell(3);
  assert.deepEqual([one.resyncs, two.resyncs], [1, 1]);
  assert.deepEqual([one.seen, two.seen], [[3], [3]]); // prettier-ignore
});
