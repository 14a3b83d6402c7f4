/** Steps of a queue: what they do, what comes next, and what is wrong with them. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { deedOf, inOrder, nextStep, problemsOf, withDeed } from "./steps";

test("a step keeps its moment and conditions when it does something else", () => {
  const step = withDeed({ after: 60, team: "t", skip_if_nobody: true }, "to");
  assert.deepEqual(step, { after: 60, to: "email", skip_if_nobody: true });
  assert.equal(deedOf(step), "to");
});

test("the first step asks for less of what the queue requires, the next one lets in a team", () => {
  const first = nextStep([], [{ skill: "s", level: 7 }]);
  assert.deepEqual(first, { after: 20, requirements: [{ skill: "s", level: 5 }] });
  assert.deepEqual(nextStep([first], []), { after: 50, team: "" });
});

test("what is missing, leads back or comes after the end is found", () => {
  const found = problemsOf(
    [
      { after: 10, team: "" },
      { after: 20, queue: "q" },
      { after: 30, priority: "high" },
    ],
    "q",
  );
  assert.deepEqual([...found.values()], ["steps.noTeam", "steps.same", "steps.unreachable"]);
  assert.equal(problemsOf([{ after: 5, to: "email", when: "closed" }, { after: 9, priority: "high" }], null).size, 0); // prettier-ignore
});

test("steps are kept in the order of their moments", () => {
  assert.deepEqual(inOrder([{ after: 60, team: "b" }, { after: 20, team: "a" }]).map((one) => one.team), ["a", "b"]); // prettier-ignore
});
