/** Offers: what rings after the events is what a fresh fetch would ring. */

import assert from "node:assert/strict";
import { test } from "node:test";
import type { Offer, Work } from "../types";
import { withOffer } from "./offers";
import { latest } from "./work";

const offer = (id: string, more: Partial<Offer> = {}): Offer => ({
  id,
  conversation_id: `c-${id}`,
  agent_id: "me",
  status: "pending",
  expires_at: "2026-11-20T10:00:30Z",
  created_at: "2026-11-20T10:00:00Z",
  kind: "chat",
  queue_id: null,
  reason: "",
  ...more,
});
const heard = (...list: Offer[]): string[] =>
  list.reduce<readonly Offer[]>((held, one) => withOffer(held, one, "me"), []).map((one) => one.id);

test("only my own rings, and only what has to be answered", () => {
  assert.deepEqual(heard(offer("a"), offer("b", { agent_id: "ana" }), offer("c", { expires_at: null })), ["a"]);
});

test("the one that expires first is in front, however they came", () => {
  const late = offer("late", { expires_at: "2026-11-20T10:00:50Z" });
  assert.deepEqual(heard(late, offer("soon")), ["soon", "late"]);
  assert.deepEqual(heard(offer("soon"), late, late), ["soon", "late"]);
});

test("every end silences it, and the end of another one changes nothing", () => {
  for (const status of ["accepted", "declined", "timeout", "rescinded"] as const) {
    assert.deepEqual(heard(offer("a"), offer("b"), offer("a", { status })), ["b"]);
  }
  const ringing = [offer("a")];
  assert.equal(withOffer(ringing, offer("x", { status: "timeout" }), "me"), ringing);
});

test("in any order that the log can have, events and a fresh fetch agree", () => {
  const log = [
    offer("a"),
    offer("b"),
    offer("a", { status: "timeout" }),
    offer("c"),
    offer("b", { status: "declined" }),
  ];
  for (let cut = 0; cut <= log.length; cut += 1) {
    // A fetch that already contains some of the events, then all of them again: a replay.
    const fetched = log.slice(0, cut).reduce<readonly Offer[]>((held, one) => withOffer(held, one, "me"), []);
    const after = log.reduce((held, one) => withOffer(held, one, "me"), fetched);
    assert.deepEqual(
      after.map((one) => one.id),
      ["c"],
    );
  }
});

const stay = (id: string, state: Work["state"]): Work => ({ id, state }) as Work;

test("work that is over is no work, unless another stay has begun meanwhile", () => {
  assert.equal(latest(null, stay("1", "queued"))?.state, "queued");
  assert.equal(latest(stay("1", "active"), stay("1", "parked"))?.state, "parked");
  assert.equal(latest(stay("1", "active"), stay("1", "done")), null);
  assert.equal(latest(stay("2", "queued"), stay("1", "abandoned"))?.id, "2");
});
