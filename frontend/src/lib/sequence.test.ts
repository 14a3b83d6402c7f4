/** The socket's place in the log: what counts as next, old or missing. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { Position } from "./sequence";

const at = (seq: number): Position => {
  const position = new Position();
  position.set("e", seq);
  return position;
};

test("the next number is applied", () => {
  const position = at(5);
  assert.equal(position.take(6), "apply");
  assert.equal(position.seq, 6);
});

test("a number seen before is old and changes nothing", () => {
  const position = at(5);
  assert.equal(position.take(5), "old");
  assert.equal(position.seq, 5);
});

test("a missing number is a gap, and the place stays where it was proven", () => {
  const position = at(5);
  assert.equal(position.take(7), "gap");
  assert.equal(position.seq, 5);
});

test("a joined run of skips counts as all of its numbers", () => {
  const position = at(5);
  assert.equal(position.take(9, 6), "apply");
  assert.equal(position.take(10), "apply");
});

test("a run that overlaps what is known is applied, one that begins too late is a gap", () => {
  assert.equal(at(5).take(8, 4), "apply");
  assert.equal(at(5).take(9, 7), "gap");
});
