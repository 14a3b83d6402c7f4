/** What a row's ring says of a promise, and when it says how long somebody waits instead. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { now } from "../lib/time";
import type { Conversation, SlaRing } from "../lib/types";
import { waitOf } from "./wait";

const AT = Date.parse("2026-11-20T10:00:00Z");
now.value = AT;
const after = (minutes: number): string => new Date(AT + minutes * 60_000).toISOString();

const one = (more: Partial<Conversation>): Conversation =>
  ({ status: "open", waiting_since: null, snoozed_until: null, sla: null, ...more }) as Conversation;
const promise = (state: SlaRing["state"], minutes: number | null): Conversation =>
  one({
    sla: {
      clock: "next_reply",
      state,
      started_at: after(-20),
      due_at: minutes === null ? null : after(minutes),
      target_seconds: 3_600,
    },
  });

test("a promise is drawn by what is left of it, and turns urgent in its last quarter", () => {
  const calm = waitOf(promise("active", 30));
  assert.deepEqual([calm.state, calm.share, calm.words], ["ok", 0.5, "30 min left"]);
  const soon = waitOf(promise("active", 6));
  assert.deepEqual([soon.state, soon.dueState, soon.sentence], ["soon", "soon", "Next reply in 6 min"]);
});

test("a promise is broken when the hub says so, and when its moment has passed without a word", () => {
  for (const state of ["breached", "active"] as const) {
    const late = waitOf(promise(state, -12));
    assert.deepEqual([late.state, late.words, late.sentence], ["breached", "12 min over", "Next reply 12 min over"]);
  }
});

test("closed hours before the due moment leave the ring whole", () => {
  assert.equal(waitOf(promise("active", 20 * 60)).share, 1);
});

test("a clock that stands still says which", () => {
  assert.deepEqual(
    [waitOf(promise("paused", null)).state, waitOf(promise("paused", null)).words],
    ["paused", "paused"],
  );
});

test("without a promise the ring tells the wait, and what is done has none", () => {
  assert.equal(waitOf(one({ waiting_since: after(-12) })).words, "waits 12 min");
  assert.equal(waitOf({ ...promise("breached", -5), status: "resolved" }).state, "none");
});
