/** Chooses how a tab is connected: by a worker that all tabs share, or by a socket of its own where there is none. */

import { AgentSocket, type Line, type SocketHandlers } from "../socket";
import { openWire } from "../wire";
import type { FromWorker } from "./messages";
import { SharedLine } from "./tab";

/** `script` is the worker's address; tabs of one `owner` share it, so that a change of user never does. */
export async function openLine(handlers: SocketHandlers, script: string, owner: string): Promise<Line> {
  const isHidden = (): boolean => document.hidden;
  try {
    return await openShared(handlers, script, owner, isHidden);
  } catch {
    // No shared workers here, or forbidden ones: a line of one's own does the same.
    return new AgentSocket(openWire, handlers, isHidden);
  }
}

async function openShared(
  handlers: SocketHandlers,
  script: string,
  owner: string,
  isHidden: () => boolean,
): Promise<Line> {
  const worker = new SharedWorker(script, { type: "module", name: `omnihub:${owner}` });
  const lock = `omnihub:tab:${crypto.randomUUID()}`;
  await held(lock);
  const line = new SharedLine(worker.port, handlers, lock, isHidden);
  worker.port.onmessage = ({ data }: MessageEvent<FromWorker>) => line.take(data);
  return line;
}

/** Resolves once the lock is ours; it goes with the tab, however the tab goes. */
function held(lock: string): Promise<void> {
  return new Promise((resolve, reject) => {
    navigator.locks
      .request(lock, () => {
        resolve();
        return new Promise(() => undefined);
      })
      .catch(reject);
  });
}
