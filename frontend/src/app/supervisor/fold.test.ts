/** Frames that make the board, and queues that add up. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { addedUp, after, byKind, crewOf, total } from "./fold";
import type { BoardAgent, BoardData, BoardQueue, Figures } from "./shapes";

const figures = (change: Partial<Figures> = {}): Figures => ({
  waiting: 0,
  waiting_since: null,
  offered: 0,
  active: 0,
  wrapping: 0,
  parked: 0,
  callbacks: 0,
  answered: 0,
  answered_in_time: 0,
  abandoned: 0,
  abandoned_late: 0,
  service_level: 1,
  average_speed_of_answer_seconds: 0,
  ...change,
});
const queue = (id: string, change: Partial<BoardQueue> = {}): BoardQueue => ({
  ...figures(),
  id,
  name: id,
  icon: "",
  service_level_percent: 80,
  service_level_seconds: 60,
  member_ids: [],
  sla_at_risk: 0,
  sla_breached: 0,
  agents: { online: 0, away: 0, busy: 0 },
  kinds: {},
  ...change,
});
const board = (queues: BoardQueue[]): BoardData => ({
  at: "2026-11-20T09:00:00Z",
  since: "2026-11-20T00:00:00Z",
  minute: 0,
  queues,
  agents: [],
  at_risk: [],
  stuck: [],
  history: {},
  teams: [],
});

test("news replace the rows that they name and leave the others", () => {
  const before = board([queue("a"), queue("b")]);
  const next = after(before, { queues: [queue("b", { waiting: 3 })] });
  assert.deepEqual(
    next.queues.map((one) => [one.id, one.waiting]),
    [
      ["a", 0],
      ["b", 3],
    ],
  );
  assert.equal(next.queues[0], before.queues[0]);
  assert.deepEqual(
    after(next, { queues: [queue("c")], are_all_queues: true }).queues.map((one) => one.id),
    ["c"],
  );
});

test("queues add up by their contacts, not by their means", () => {
  const one = figures({ answered: 1, answered_in_time: 1, average_speed_of_answer_seconds: 10, waiting_since: "b" });
  const other = figures({ answered: 3, abandoned_late: 1, average_speed_of_answer_seconds: 50, waiting_since: "a" });
  const all = total([one, other]);
  assert.equal(all.service_level, 1 / 5);
  assert.equal(all.average_speed_of_answer_seconds, 40);
  assert.equal(all.waiting_since, "a");
  assert.equal(total([]).service_level, 1);
});

test("kinds come in the order in which people look for them", () => {
  const rows = byKind([
    queue("a", { kinds: { email: figures({ waiting: 1 }), chat: figures({ waiting: 2 }) } }),
    queue("b", { kinds: { chat: figures({ waiting: 3 }) } }),
  ]);
  assert.deepEqual(
    rows.map(({ kind, figures: { waiting } }) => [kind, waiting]),
    [
      ["chat", 5],
      ["email", 1],
    ],
  );
});

test("minutes add up", () => {
  assert.deepEqual(addedUp([[1, 2, 3], [1, 1, 1], []]), [2, 3, 4]);
  assert.deepEqual(addedUp([]), []);
});

test("agents stand where their work and their state put them", () => {
  const agent = (state: BoardAgent["state"], ...kinds: string[]): BoardAgent =>
    ({ state, work: kinds.map((kind) => ({ kind })) }) as BoardAgent;
  assert.deepEqual(
    [agent("busy", "voice"), agent("online", "chat"), agent("online"), agent("away", "email"), agent("offline")].map(
      crewOf,
    ),
    ["call", "work", "free", "away", "offline"],
  );
});
