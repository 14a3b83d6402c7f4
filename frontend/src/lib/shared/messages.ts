/** What a tab and the worker that holds its socket say to each other. */

import type { ConnectionState } from "../socket";
import type { EventFrame, Id, LiveFrame, Said, Topic } from "../types";

export interface Place {
  epoch: string;
  seq: number;
}

export type FromTab =
  /** `lock` is the name of a Web Lock that the tab holds for as long as it lives. */
  | { kind: "join"; lock: string; place: Place | null; presence: Said | null; isHidden: boolean }
  | { kind: "presence"; said: Said }
  | { kind: "viewing"; conversation: Id | null }
  | { kind: "follow"; topics: readonly Topic[] }
  | { kind: "typing"; conversation: Id; state: "start" | "stop" }
  | { kind: "visibility"; isHidden: boolean }
  /** A number is missing here: send it again. */
  | { kind: "behind"; place: Place }
  | { kind: "nudge" }
  | { kind: "start" }
  | { kind: "leave" };

export type FromWorker =
  /** Events and skips, with the numbers that they cover. */
  | { kind: "numbered"; epoch: string; from: number; seq: number; event: EventFrame | null }
  | { kind: "live"; frame: LiveFrame }
  | { kind: "resync"; place: Place }
  | { kind: "state"; state: ConnectionState; retryAt: number | null }
  | { kind: "degraded"; isDegraded: boolean }
  | { kind: "signedOut" };

/** The tab's end, or the worker's, of the channel between them. */
export interface Port<Out> {
  postMessage(message: Out): void;
}
