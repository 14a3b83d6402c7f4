/** The browser's own WebSocket to the hub that served this page, or this worker. */

import type { Wire } from "./socket";

export function openWire(): Wire {
  const scheme = location.protocol === "https:" ? "wss" : "ws";
  return new WebSocket(`${scheme}://${location.host}/ws/v1/agent`) as unknown as Wire;
}
