/** The table of targets: cells are set and emptied, zero is found, and working time holds for a whole clock. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { type Target } from "./data";
import { isWorkingTime, problemOf, shownClocks, targetOf, withTarget, withWorkingTime } from "./targets";

test("a cell is set, changed and emptied without touching the others", () => {
  let targets: Target[] = withTarget([], "first_reply", "", 14_400);
  targets = withTarget(targets, "first_reply", "urgent", 3_600);
  targets = withTarget(targets, "first_reply", "", 7_200);
  assert.equal(targetOf(targets, "first_reply", "")?.seconds, 7_200);
  assert.equal(targetOf(targets, "first_reply", "urgent")?.seconds, 3_600);
  assert.equal(withTarget(targets, "first_reply", "urgent", null).length, 1);
});

test("nothing and zero are problems", () => {
  assert.equal(problemOf([]), "targets.none");
  assert.equal(problemOf(withTarget([], "resolution", "", 0)), "targets.zero");
  assert.equal(problemOf(withTarget([], "resolution", "", 60)), null);
});

test("working time is one choice for a clock, and none for answering calls", () => {
  const targets = withWorkingTime(withTarget([], "resolution", "", 60), "resolution", false);
  assert.equal(isWorkingTime(withTarget(targets, "resolution", "high", 30), "resolution"), false);
  assert.equal(withTarget([], "answer", "", 30)[0]?.is_working_time, false);
});

test("clocks with a target are shown beside the common ones", () => {
  assert.deepEqual(shownClocks(withTarget([], "answer", "", 20), []), [
    "first_reply",
    "next_reply",
    "resolution",
    "answer",
  ]);
});
