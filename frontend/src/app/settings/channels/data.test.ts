/** Forms of channels: which fields matter, and what differs from what is kept. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { type Field, changes, isShown } from "./data";

const field = (name: string, shown_when: Field["shown_when"] = null): Field => ({
  name,
  label: name,
  kind: "text",
  help: "",
  required: false,
  default: null,
  choices: [],
  placeholder: "",
  secret: false,
  shown_when,
});

test("a field is hidden with the one that it depends on", () => {
  const signIn = field("sign_in", { field: "receive_by", values: ["imap"] });
  const password = field("password", { field: "sign_in", values: ["password"] });
  const all = [field("receive_by"), signIn, password];
  assert.equal(isShown(password, all, { receive_by: "imap", sign_in: "password" }), true);
  assert.equal(isShown(password, all, { receive_by: "imap", sign_in: "google" }), false);
  assert.equal(isShown(password, all, { receive_by: "smtp", sign_in: "password" }), false);
});

test("a switch is compared by its name", () => {
  const selector = field("selector", { field: "sign", values: ["true"] });
  assert.equal(isShown(selector, [field("sign"), selector], { sign: true }), true);
  assert.equal(isShown(selector, [field("sign"), selector], { sign: false }), false);
});

test("only what differs is sent, and what was emptied as null", () => {
  const before = { host: "a.example", port: 993, folders: ["INBOX"], user: null };
  assert.deepEqual(changes(before, { host: "", port: 993, folders: ["INBOX", "Jobs"], user: "" }), {
    host: null,
    folders: ["INBOX", "Jobs"],
  });
});
