/** The shared worker that holds the one socket of all tabs. */

import { SocketHost } from "../lib/shared/host";
import type { FromTab } from "../lib/shared/messages";
import { openWire } from "../lib/wire";

declare const self: typeof globalThis & {
  onconnect: ((event: MessageEvent) => void) | null;
};

const host = new SocketHost(openWire, (lock, gone) => void navigator.locks.request(lock, gone));

self.onconnect = ({ ports: [port] }) => {
  if (!port) return;
  port.onmessage = ({ data }: MessageEvent<FromTab>) => host.take(port, data);
};
