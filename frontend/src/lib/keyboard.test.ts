/** Shortcuts: names of keys, single presses and sequences. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { Matcher, type Shortcut, nameOf } from "./keyboard";

const press = (key: string, more: object = {}) =>
  nameOf({ key, ctrlKey: false, metaKey: false, shiftKey: false, altKey: false, ...more });
const shortcuts: Shortcut[] = ["j", "g i", "Shift+E", "Mod+k", "i"].map((keys) => ({ keys, run: () => undefined }));
const hit = (matcher: Matcher, name: string, at = 0): string | undefined => matcher.press(name, at, shortcuts)[0]?.keys;

test("keys are named as shortcuts write them, whatever the layout's shift state", () => {
  assert.equal(press("e", { shiftKey: true }), "Shift+E");
  assert.equal(press("?", { shiftKey: true }), "?");
  assert.equal(press("K", { ctrlKey: true }), "Mod+k");
  assert.equal(press("k", { metaKey: true }), "Mod+k");
});

test("a sequence wins over the single key that ends it", () => {
  const matcher = new Matcher();
  assert.equal(hit(matcher, "g"), undefined);
  assert.equal(hit(matcher, "i", 300), "g i");
  assert.equal(hit(matcher, "i", 400), "i");
});

test("a sequence left waiting is forgotten", () => {
  const matcher = new Matcher();
  hit(matcher, "g");
  assert.equal(hit(matcher, "i", 1_500), "i");
});
