/** Lists and timelines under changes: nothing lost, nothing doubled, everything in its place. */

import assert from "node:assert/strict";
import { test } from "node:test";
import type { Conversation, Delivery, Item } from "../types";
import {
  COMPARE,
  countUnread,
  hasHole,
  mergeConversation,
  mergeItems,
  place,
  upsertItem,
  withDelivery,
} from "./reduce";

const conversation = (id: string, more: Partial<Conversation> = {}): Conversation =>
  ({ id, version: 1, last_activity_at: "2026-11-20T10:00:00Z", waiting_since: null, ...more }) as Conversation;
const item = (seq: number, more: Partial<Item> = {}): Item => ({ id: `i${seq}`, seq, deliveries: [], ...more }) as Item;
const seqs = (items: readonly Item[]): number[] => items.map((one) => one.seq);

test("an older version of a conversation never replaces a newer one", () => {
  const newer = conversation("a", { version: 3, subject: "new" });
  assert.equal(mergeConversation(newer, conversation("a", { version: 2, subject: "old" })).subject, "new");
});

test("events keep the unread figure that only the API knows", () => {
  const known = conversation("a", { unread: 4 });
  assert.equal(mergeConversation(known, conversation("a", { version: 2 })).unread, 4);
  assert.equal(mergeConversation(known, conversation("a", { version: 2, unread: 0 })).unread, 0);
});

test("a message of the customer counts as unread once, whatever told of it first", () => {
  const inbound = item(3, { kind: "message", direction: "inbound" });
  const created = mergeConversation(undefined, conversation("a", { last_seq: 3 }));
  const counted = countUnread(created, inbound);
  assert.equal(counted.unread, 1);
  assert.equal(countUnread(counted, inbound).unread, 1);
  const fetched = mergeConversation(undefined, conversation("a", { last_seq: 3, unread: 2 }));
  assert.equal(countUnread(fetched, inbound).unread, 2);
  assert.equal(countUnread(fetched, item(4, { kind: "note", direction: "internal" })).unread, 2);
});

test("an item lands by its number, and the same id again replaces it", () => {
  const items = upsertItem([item(1), item(3)], item(2));
  assert.deepEqual(seqs(items), [1, 2, 3]);
  const again = upsertItem(items, item(2, { text: "edited" }));
  assert.deepEqual(seqs(again), [1, 2, 3]);
  assert.equal(again[1]?.text, "edited");
});

test("overlapping pages join without doubles, and a hole is seen", () => {
  assert.deepEqual(seqs(mergeItems([item(3), item(4)], [item(1), item(2), item(3)])), [1, 2, 3, 4]);
  assert.equal(hasHole([item(1), item(2)]), false);
  assert.equal(hasHole([item(1), item(3)]), true);
});

test("a delivery's late, older state is dropped", () => {
  const delivery = (status: Delivery["status"], updated_at: string): Delivery =>
    ({ id: "d", status, updated_at }) as Delivery;
  const sent = withDelivery([item(1)], "i1", delivery("sent", "2026-11-20T10:00:02Z"));
  const late = withDelivery(sent, "i1", delivery("sending", "2026-11-20T10:00:01Z"));
  assert.equal(late, sent);
  const read = withDelivery(sent, "i1", delivery("read", "2026-11-20T10:00:09Z"));
  assert.equal(read[0]?.deliveries[0]?.status, "read");
  assert.equal(withDelivery(read, "elsewhere", delivery("failed", "2026-11-20T11:00:00Z")), read);
});

test("an answer that the events have outrun leaves a delivery as it is", () => {
  const delivery = (status: Delivery["status"], second: number): Delivery =>
    ({ id: "d", status, updated_at: `2026-11-20T10:00:0${second}Z` }) as Delivery;
  const shown = [item(1, { text: "before", deliveries: [delivery("sent", 2)] })];
  const answer = item(1, { text: "after", deliveries: [delivery("queued", 1)] });
  for (const [merged] of [upsertItem(shown, answer), mergeItems(shown, [answer])]) {
    assert.equal(merged?.text, "after");
    assert.equal(merged?.deliveries[0]?.status, "sent");
  }
  const later = upsertItem(shown, item(1, { deliveries: [delivery("read", 3)] }));
  assert.equal(later[0]?.deliveries[0]?.status, "read");
});

const known = new Map(
  [
    ["a", "12"],
    ["b", "11"],
    ["c", "10"],
  ].map(([id, hour]) => [id, conversation(id as string, { last_activity_at: `2026-11-20T${hour}:00:00Z` })]),
);
const put = (id: string, hour: string, hasMore: boolean): string[] => {
  const all = new Map(known).set(id, conversation(id, { last_activity_at: `2026-11-20T${hour}:00:00Z` }));
  return place(["a", "b", "c"], id, (one) => all.get(one), COMPARE.newest, hasMore);
};

test("a change moves a row to where a fresh fetch would put it", () => {
  assert.deepEqual(put("c", "13", true), ["c", "a", "b"]);
  assert.deepEqual(put("d", "11", true).indexOf("d") > 0, true);
});

test("past the last loaded row it is left to the next page, or appended when there is none", () => {
  assert.deepEqual(put("d", "09", true), ["a", "b", "c"]);
  assert.deepEqual(put("d", "09", false), ["a", "b", "c", "d"]);
});

test("the longest wait comes first, and those who do not wait come last", () => {
  const rows = [
    conversation("x"),
    conversation("y", { waiting_since: "2026-11-20T09:00:00Z" }),
    conversation("z", { waiting_since: "2026-11-20T08:00:00Z" }),
  ];
  assert.deepEqual(
    rows.sort(COMPARE.waiting).map((one) => one.id),
    ["z", "y", "x"],
  );
});

test("what is due first comes first, whether late or not, and what nobody promised comes last", () => {
  const due = (id: string, due_at: string | null): Conversation =>
    conversation(id, { sla: due_at ? ({ clock: "next_reply", due_at } as Conversation["sla"]) : null });
  const rows = [due("none", null), due("soon", "2026-11-20T10:05:00Z"), due("late", "2026-11-20T09:00:00Z")];
  assert.deepEqual(
    rows.sort(COMPARE.due).map((one) => one.id),
    ["late", "soon", "none"],
  );
});
