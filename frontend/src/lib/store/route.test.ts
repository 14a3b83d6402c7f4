/** The address bar: every place has one address, and the address leads back to it. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { formatRoute, parseRoute } from "./route";

test("view, conversation and filters go into the address and come back", () => {
  const route = { view: "queue-7", number: 4821, q: "axle & bolt", channel: "email", order: "waiting" } as const;
  const path = formatRoute(route);
  const [pathname = "", search = ""] = path.split("?");
  assert.deepEqual(parseRoute(pathname, `?${search}`), route);
});

test("a bare number opens the conversation in the default view", () => {
  assert.deepEqual(parseRoute("/inbox/4821", ""), { view: "open", number: 4821, q: "", channel: "", order: "newest" });
});

test("the bare inbox and unknown orders fall back", () => {
  assert.equal(parseRoute("/inbox", "?order=sideways").order, "newest");
  assert.equal(formatRoute(parseRoute("/inbox/", "")), "/inbox/open");
});
