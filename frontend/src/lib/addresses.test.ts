/** Addresses as people type them, and who an answer goes to. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { everybody, isAddress, isNoReply, readAddresses } from "./addresses";
import type { Item } from "./types";

const line = (text: string): string[] => readAddresses(text).map(({ name, address }) => `${name}|${address}`);

test("a pasted line of addresses is taken apart, names kept", () => {
  assert.deepEqual(line('Ana Kovač <ana@x.test>, "Li, Bo" <bo@y.test>; c@z.test\nmailto:d@x.test,'), [
    "Ana Kovač|ana@x.test",
    "Li, Bo|bo@y.test",
    "|c@z.test",
    "|d@x.test",
  ]);
  assert.deepEqual(line("a@x.test  b@y.test"), ["|a@x.test", "|b@y.test"]);
  assert.deepEqual(line("Ana, Bo"), ["|Ana", "|Bo"]);
  assert.deepEqual(line(" , ;"), []);
});

test("what cannot be an address is told", () => {
  for (const good of ["a@x.test", "jörg+a@müller.example", "o'neil@x.co.uk"]) assert.equal(isAddress(good), true, good);
  for (const bad of ["a", "a@b", "a b@x.test", "@x.test", "a@x.", "a@@x.test"])
    assert.equal(isAddress(bad), false, bad);
});

test("addresses that nobody reads are known", () => {
  for (const bad of ["no-reply@x.test", "donotreply@x.test", "MAILER-DAEMON@x.test", "noreply-dmarc@x.test"])
    assert.equal(isNoReply(bad), true, bad);
  for (const good of ["norbert@x.test", "nora.reply@x.test"]) assert.equal(isNoReply(good), false, good);
});

const address = (text: string) => ({ name: "", address: text });
const mail = (part: Partial<Item>): Item =>
  ({ kind: "message", direction: "inbound", from: null, to: [], cc: [], ...part }) as Item;

test("an answer goes to everybody but us, and to where answers are wanted", () => {
  const heard = mail({
    from: address("ana@x.test"),
    to: [address("help+abc@us.test"), address("bo@x.test")],
    cc: [address("Sales@us.test"), address("cy@x.test"), address("ANA@x.test")],
  });
  const own = ["help@us.test", "sales@us.test"];
  assert.deepEqual(everybody([heard], own, null), {
    to: [address("ana@x.test")],
    cc: [address("bo@x.test"), address("cy@x.test")],
  });
  const elsewhere = { ...heard, reply_to: address("office@x.test") };
  assert.deepEqual(everybody([elsewhere], own, null).to, [address("office@x.test")]);
});

test("after a mail of ours the next one goes to the same people, unless it was handed on", () => {
  const heard = mail({ from: address("ana@x.test") });
  const ours = mail({ direction: "outbound", from: address("help@us.test"), to: [address("bo@x.test")] });
  assert.deepEqual(everybody([heard, ours], ["help@us.test"], null).to, [address("bo@x.test")]);
  const handedOn = { ...ours, forward_of_id: "1" };
  assert.deepEqual(everybody([heard, handedOn], ["help@us.test"], null).to, [address("ana@x.test")]);
  assert.deepEqual(everybody([], [], "ana@x.test").to, [address("ana@x.test")]);
});
