/** The hub's clock, out of moments that were some time on their way. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { hearServer, serverNow } from "./serverclock";

test("the quickest message tells the time, and replayed ones do not turn it back", () => {
  assert.equal(serverNow(1_000), 1_000);
  hearServer(60_000, 10_400);
  hearServer(61_000, 11_050);
  hearServer(5_000, 12_000);
  hearServer(Number.NaN, 12_000);
  assert.equal(serverNow(20_000), 69_950);
});

test("a clock that was set anew is believed once the old moments are forgotten", () => {
  for (let at = 0; at < 30; at += 1) hearServer(100_000 + at, 100_000 + at);
  assert.equal(serverNow(5), 5);
});
