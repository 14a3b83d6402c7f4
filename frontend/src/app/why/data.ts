/** Why a conversation is where it is, as the hub tells it. */

import { api } from "../../lib/api";
import type { Id, SlaRing, Time } from "../../lib/types";

export interface Candidate {
  agent_id: Id;
  name: string;
  verdict: "chosen" | "possible" | "passed_over";
  reason: string;
}
/** What was decided, in words, and who came into question. */
export interface Decision {
  at: Time;
  about: string;
  reason: string;
  candidates: Candidate[];
}
export interface Segment {
  is_running: boolean;
  started_at: Time;
  ended_at: Time | null;
  reason: string;
}
/** One occurrence of a promise, from its first moment to its last. */
export interface Clock {
  clock: SlaRing["clock"];
  state: "active" | "paused" | "fulfilled" | "cancelled";
  policy?: { name: string } | null;
  started_at: Time;
  due_at: Time | null;
  fulfilled_at: Time | null;
  breached_at: Time | null;
  target_seconds: number;
  is_working_time?: boolean;
  segments: Segment[];
  /** Why its policy applies, while it does. */
  why?: Condition[];
  /** The steps that fired, in words. */
  escalations?: { at: Time; text: string }[];
  /** How likely it is to be missed, and why. */
  risk?: { probability?: number; reason?: string } | null;
}
/** What a rule did here, or without `at` why it did nothing. */
export interface RuleRun {
  rule: { id: Id; name: string } | null;
  when: string;
  at: Time | null;
  has_acted: boolean;
  why: Condition[];
  did: { text: string; changed: boolean }[];
  error: string;
}
/** A condition in words, as deep as it stands in others. */
export interface Condition {
  text: string;
  holds: boolean;
  depth?: number;
}
export interface Why {
  threading: Decision[];
  routing: Decision[];
  sla: Clock[];
  rules: RuleRun[];
}

/** Throws what `api` throws. */
export const loadWhy = (id: Id, signal: AbortSignal): Promise<Why> =>
  api.get<Why>(`/conversations/${id}/why`, { signal });
