/** Opening hours: overlaps, copies, and what is open on a day, with nights, holidays and closures. */

import assert from "node:assert/strict";
import { test } from "node:test";
import {
  type Hours,
  aroundTheClock,
  copied,
  isOvernight,
  nextInterval,
  officeHours,
  openOn,
  overlapping,
  weekdayOf,
} from "./hours";
import { instantOf, wallOf } from "./zones";

const plain = (change: Partial<Hours> = {}): Hours => ({
  time_zone: "UTC",
  intervals: officeHours(),
  holidays: [],
  closures: [],
  ...change,
});
const MONDAY = "2026-11-23";

test("a Monday is a Monday", () => assert.equal(weekdayOf(MONDAY), 0));

test("two intervals that share time are both found, also over Sunday's midnight", () => {
  assert.deepEqual([...overlapping([[0, "09:00", "12:00"], [0, "12:00", "17:00"]])], []); // prettier-ignore
  assert.deepEqual([...overlapping([[0, "09:00", "13:00"], [0, "12:00", "17:00"]])], [0, 1]); // prettier-ignore
  assert.deepEqual([...overlapping([[6, "22:00", "06:00"], [0, "05:00", "09:00"]])], [0, 1]); // prettier-ignore
  assert.deepEqual([...overlapping(aroundTheClock())], []);
});

test("midnight ends a day and does not make a night", () => {
  assert.equal(isOvernight([0, "18:00", "00:00"]), false);
  assert.equal(isOvernight([0, "22:00", "06:00"]), true);
});

test("added hours come after those that are there", () => {
  assert.deepEqual(nextInterval([], 2), [2, "09:00", "17:00"]);
  assert.deepEqual(nextInterval([[2, "09:00", "12:00"]], 2), [2, "13:00", "17:00"]);
  assert.deepEqual(nextInterval([[2, "09:00", "00:00"]], 2), [2, "23:00", "00:00"]);
});

test("copying replaces what the other days had", () => {
  const week = copied([[0, "08:00", "12:00"], [1, "10:00", "11:00"], [5, "10:00", "14:00"]], 0, [0, 1, 2]); // prettier-ignore
  assert.deepEqual(week, [[0, "08:00", "12:00"], [1, "08:00", "12:00"], [2, "08:00", "12:00"], [5, "10:00", "14:00"]]); // prettier-ignore
});

test("a night shift is open on both days, but does not begin on a holiday", () => {
  const nights = plain({ intervals: [[0, "22:00", "06:00"]] });
  assert.deepEqual(openOn(nights, MONDAY), [{ start: 1320, end: 1440 }]);
  assert.deepEqual(openOn(nights, "2026-11-24"), [{ start: 0, end: 360 }]);
  const holiday = { ...nights, holidays: [{ date: MONDAY, name: "" }] };
  assert.deepEqual(openOn(holiday, "2026-11-24"), []);
});

test("a closure takes its part of a day, and whole days in between", () => {
  const closed = plain({ closures: [{ start: "2026-11-23T12:00", end: "2026-11-25T10:00", name: "" }] });
  assert.deepEqual(openOn(closed, MONDAY), [{ start: 540, end: 720 }]);
  assert.deepEqual(openOn(closed, "2026-11-24"), []);
  assert.deepEqual(openOn(closed, "2026-11-25"), [{ start: 600, end: 1020 }]);
});

test("an instant shows the wall time that it was made of", () => {
  const at = instantOf("2026-07-03", 1010, "Europe/Berlin");
  assert.equal(at.toISOString(), "2026-07-03T14:50:00.000Z");
  assert.deepEqual(wallOf(at, "Europe/Berlin"), { date: "2026-07-03", minutes: 1010 });
});
