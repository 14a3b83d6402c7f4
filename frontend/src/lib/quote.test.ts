/** Folding of quoted text: what the author wrote stays in sight. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { splitQuote, stretches } from "./quote";

test("a quote at the end is folded with its introduction", () => {
  const { body, quote } = splitQuote("Thanks.\n\nOn 17 Nov 2026, Halden wrote:\n> Your order\n> has left.");
  assert.equal(body, "Thanks.");
  assert.match(quote, /Your order\nhas left\./);
});

test("an introduction broken over two lines is still one", () => {
  const { body } = splitQuote(
    "Ja.\n\nAm Dienstag, 17. November 2026 um 10:02 schrieb Ana Kovač\n<ana@x.test>:\n> Gut?",
  );
  assert.equal(body.startsWith("Ja."), true);
  assert.equal(body.includes("Gut?"), false);
});

test("answers between quoted lines are not folded away", () => {
  const text = "On Monday, Bo wrote:\n> Does it fit?\nYes.\n> And the colour?\nBlue.";
  assert.deepEqual(splitQuote(text), { body: text, quote: "" });
});

test("a mail that is only a quote is shown whole", () => {
  assert.deepEqual(splitQuote("> all\n> of it"), { body: "> all\n> of it", quote: "" });
});

test("folds of the hub are taken as they are, whatever the heuristics say", () => {
  const text = "Thanks!\n\n-- \nAna\n\nOn Monday, Bo wrote:\n> Hi";
  const quote = text.indexOf("On Monday");
  assert.deepEqual(
    stretches(text, [
      [text.indexOf("-- "), quote, "signature"],
      [quote, text.length, "quote"],
    ]),
    [
      { kind: "text", text: "Thanks!" },
      { kind: "signature", text: "-- \nAna\n\nOn Monday, Bo wrote:\n> Hi" },
    ],
  );
});

test("folds count characters, not the units of this language", () => {
  assert.deepEqual(
    stretches("👍🏽 ok\n> 👋", [[6, 9, "quote"]]).map((one) => one.text),
    ["👍🏽 ok", "> 👋"],
  );
});

test("a text that is nothing but folds is shown", () => {
  assert.deepEqual(stretches("> all", [[0, 5, "quote"]]), [{ kind: "text", text: "> all" }]);
});
