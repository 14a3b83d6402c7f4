/** The agent's socket over a fake wire: hello, resume, healing, acknowledgement, loss. */

import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";
import { AgentSocket, type ConnectionState, type Wire } from "./socket";
import type { EventFrame, LiveFrame } from "./types";

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
  open(): void {
    this.onopen?.({});
  }
  receive(frame: object): void {
    this.onmessage?.({ data: JSON.stringify(frame) });
  }
  lose(code: number): void {
    this.onclose?.({ code });
  }
  of(type: string): Record<string, unknown>[] {
    return this.sent.filter((frame) => frame["type"] === type);
  }
}

let wires: FakeWire[] = [];
let events: number[] = [];
let live: LiveFrame[] = [];
let states: ConnectionState[] = [];
let resyncs = 0;
let signOuts = 0;
let socket: AgentSocket;

const wire = (): FakeWire => wires.at(-1) as FakeWire;
const event = (seq: number, more: Partial<EventFrame> = {}): EventFrame => ({
  type: "event",
  seq,
  event: "message.created",
  at: "2026-11-20T14:00:00Z",
  data: {},
  ...more,
});

beforeEach(() => {
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout", "setInterval", "Date"] });
  [wires, events, live, states, resyncs, signOuts] = [[], [], [], [], 0, 0];
  socket = new AgentSocket(
    () => (wires.push(new FakeWire()), wire()),
    {
      event: (frame) => events.push(frame.seq),
      live: (frame) => live.push(frame),
      resync: () => (resyncs += 1),
      state: (state) => states.push(state),
      signedOut: () => (signOuts += 1),
    },
    () => false,
    () => 0.5,
  );
  socket.start();
  wire().open();
});

const ready = (seq: number, resumed = false): void => wire().receive({ type: "ready", epoch: "e1", seq, resumed });

test("the first hello names no place, and ready sets it", () => {
  assert.deepEqual(wire().of("hello")[0], { type: "hello", topics: [{ kind: "inbox" }] });
  ready(10);
  assert.equal(states.at(-1), "ready");
  wire().receive(event(11));
  assert.deepEqual(events, [11]);
});

test("after a loss it resumes from the last event it has seen, and repeats are not applied twice", () => {
  ready(10);
  wire().receive(event(11));
  wire().lose(1006);
  assert.equal(states.at(-1), "lost");
  mock.timers.tick(1_000);
  wire().open();
  assert.deepEqual(wire().of("hello")[0], { type: "hello", epoch: "e1", seq: 11, topics: [{ kind: "inbox" }] });
  wire().receive(event(11));
  wire().receive(event(12));
  ready(12, true);
  assert.deepEqual(events, [11, 12]);
  assert.equal(resyncs, 0);
});

test("a hole in the numbers makes it resume on a new line and apply nothing out of order", () => {
  ready(10);
  wire().receive(event(12));
  assert.deepEqual(events, []);
  assert.equal(wires.length, 2);
  wire().open();
  assert.equal(wire().of("hello")[0]?.["seq"], 10);
  wire().receive(event(11));
  wire().receive(event(12));
  ready(12, true);
  assert.deepEqual(events, [11, 12]);
});

test("skips keep the count, so that the next event is in line", () => {
  ready(10);
  wire().receive({ type: "skip", from: 11, seq: 14 });
  wire().receive(event(15));
  assert.deepEqual(events, [15]);
  assert.equal(wires.length, 1);
});

test("resync makes everything be fetched again and goes on from there", () => {
  wire().receive({ type: "resync", epoch: "e2", seq: 500 });
  assert.equal(resyncs, 1);
  wire().receive(event(501));
  assert.deepEqual(events, [501]);
});

test("a ready that could not resume is a resync too, unless it is the first", () => {
  ready(10);
  assert.equal(resyncs, 0);
  wire().lose(1006);
  mock.timers.tick(1_000);
  wire().open();
  ready(40, false);
  assert.equal(resyncs, 1);
});

test("credit is acknowledged with the newest value, after a few frames or a few seconds", () => {
  ready(10);
  for (let seq = 11; seq <= 18; seq += 1) wire().receive(event(seq, seq === 16 ? { credit: "c16" } : {}));
  assert.deepEqual(wire().of("ack").at(-1), { type: "ack", seq: 18, credit: "c16" });
  wire().receive(event(19));
  mock.timers.tick(3_000);
  assert.equal(wire().of("ack").at(-1)?.["seq"], 19);
});

test("silence after a ping is a loss, said within seconds", () => {
  ready(10);
  mock.timers.tick(2_500);
  assert.equal(wire().of("ping").length, 1);
  wire().receive({ type: "pong" });
  mock.timers.tick(2_500);
  assert.equal(states.at(-1), "ready");
  mock.timers.tick(2_499);
  assert.equal(states.includes("lost"), true);
});

test("presence and the open conversation are said again after each reconnect", () => {
  socket.setPresence({ state: "busy", reason: "Training" });
  socket.setViewing("c1");
  ready(10);
  wire().lose(4503);
  mock.timers.tick(1_000);
  wire().open();
  ready(10, true);
  assert.deepEqual(wire().of("presence"), [{ type: "presence", state: "busy", reason: "Training", again: true }]);
  assert.deepEqual(wire().of("viewing"), [{ type: "viewing", conversation: "c1" }]);
});

test("an ended session is not retried", () => {
  ready(10);
  wire().lose(4401);
  mock.timers.tick(60_000);
  assert.equal(signOuts, 1);
  assert.equal(wires.length, 1);
});

test("rubbish on the wire is ignored", () => {
  ready(10);
  wire().onmessage?.({ data: "{" });
  wire().receive(event(11));
  assert.deepEqual(events, [11]);
});

test("a restarting hub says when to come back", () => {
  wire().receive({ type: "ready", epoch: "e", seq: 5, resumed: false });
  wire().onclose?.({ code: 4503, reason: "restarting, retry in 3.5" });
  mock.timers.tick(3_400);
  assert.equal(wires.length, 1);
  mock.timers.tick(200);
  assert.equal(wires.length, 2);
});
