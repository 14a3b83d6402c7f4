/** Promises (SLA policies) as the settings need them, and the calls that read, try out and change them. */

import { api } from "../../../lib/api";
import type { Id, Page, Priority, Time } from "../../../lib/types";

export const CLOCKS = [
  "first_reply",
  "next_reply",
  "update",
  "resolution",
  "answer",
  "agent_work",
  "requester_wait",
  "ownership",
] as const;
export type Clock = (typeof CLOCKS)[number];
export const PRIORITIES = ["", "urgent", "high", "normal", "low"] as const;

export interface Target {
  clock: Clock;
  /** Empty for priorities without a target of their own. */
  priority: Priority | "";
  seconds: number;
  is_working_time: boolean;
}
export type Deed = { do: string } & Record<string, unknown>;
export interface Escalation {
  id?: Id;
  /** Empty for every clock. */
  clock: Clock | "";
  when: "percent" | "before" | "after";
  /** A percentage of the target, or seconds from the due moment. */
  value: number;
  is_working_time: boolean;
  actions: Deed[];
}
export interface PolicyDraft {
  name: string;
  is_active: boolean;
  conditions: Record<string, unknown>;
  schedule_id: Id | null;
  pauses: string[];
  do_bots_count: boolean;
  targets: Target[];
  escalations: Escalation[];
}
export interface Policy extends PolicyDraft {
  id: Id;
  position: number;
  version: number;
  /** How many clocks of it run now. */
  live_clocks: number;
  warnings: string[];
}
export interface Promised {
  clock: Clock;
  due_at: Time | null;
  target_seconds: number;
  is_working_time: boolean;
}
export interface PromiseAnswer {
  policy: { id: Id; name: string } | null;
  why: { text: string; holds: boolean }[];
  dues: Promised[];
}

export interface Policies extends Page<Policy> {
  /** While a change is carried out: how many conversations have been reckoned anew, of how many. */
  recomputing: { done: number; total: number } | null;
}
export const loadPolicies = (): Promise<Policies> => api.get("/sla-policies");
/** Reckons what has ended anew as well, under the policies as they are now. */
export const recomputePast = (): Promise<unknown> => api.post("/sla-policies/recompute", { with_history: true });
export const createPolicy = (draft: PolicyDraft): Promise<Policy> => api.post("/sla-policies", draft);
export const changePolicy = (id: Id, draft: Partial<PolicyDraft>): Promise<Policy> =>
  api.patch(`/sla-policies/${id}`, draft);
export const removePolicy = (id: Id): Promise<null> => api.delete(`/sla-policies/${id}`);
export const orderPolicies = (ids: readonly Id[]): Promise<unknown> => api.put("/sla-policies/order", { ids });
