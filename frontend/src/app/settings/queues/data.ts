/** Queues as the settings need them, and the calls that read, try out and change them. */

import { api } from "../../../lib/api";
import type { Id, Page } from "../../../lib/types";
import type { Requirement } from "../skills/data";
import type { Step } from "./steps";

export interface QueueDraft {
  name: string;
  icon: string;
  is_open_to_all: boolean;
  team_id: Id | null;
  member_ids: Id[];
  member_team_ids: Id[];
  handing: "offer" | "take";
  requirements: Requirement[];
  steps: Step[];
  schedule_id: Id | null;
  sticky_seconds: number;
  wrap_up_seconds: number | null;
  service_level_percent: number;
  service_level_seconds: number;
}
export interface QueueSettings extends QueueDraft {
  id: Id;
  key: string;
  archived_at: string | null;
  warnings: string[];
}
export interface Candidate {
  agent_id: Id;
  name: string;
  verdict: "chosen" | "possible" | "passed_over";
  /** Why, in words that follow the name. */
  reason: string;
}
export interface OfferAnswer {
  agent_id: Id | null;
  text: string;
  candidates: Candidate[];
}
export const KINDS = ["chat", "email", "sms", "social", "voice", "video"] as const;

export const loadQueues = (): Promise<QueueSettings[]> =>
  api.get<Page<QueueSettings>>("/queues").then((page) => page.items);
export const createQueue = (draft: QueueDraft): Promise<QueueSettings> => api.post("/queues", draft);
export const changeQueue = (id: Id, draft: Partial<QueueDraft>): Promise<QueueSettings> =>
  api.patch(`/queues/${id}`, draft);
/** Refused, in words, while something waits in it or leads there. */
export const archiveQueue = (id: Id): Promise<null> => api.delete(`/queues/${id}`);
export const previewOffer = (id: Id, kind: string, signal: AbortSignal): Promise<OfferAnswer> =>
  api.post(`/queues/${id}/preview`, { kind }, { signal });
