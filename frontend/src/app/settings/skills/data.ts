/** Skills, capacity and reasons as the settings need them, and the calls that read and change them. */

import { api } from "../../../lib/api";
import type { Id, Page } from "../../../lib/types";

export interface Requirement {
  skill: Id;
  /** From 1 to 10. */
  level: number;
}
export interface Skill {
  id: Id;
  name: string;
  /** How many agents have it. */
  agents: number;
  warnings: string[];
}
/** By agent, by skill: from 1 to 10. What somebody cannot is missing. */
export type Levels = Record<Id, Record<Id, number>>;

export const KINDS = ["voice", "video", "chat", "sms", "social", "email"] as const;
export type Kind = (typeof KINDS)[number];
export interface CapacityPolicy {
  id: Id;
  name: string;
  /** Of an agent's 100; kinds that are missing weigh what the hub says. */
  weights: Partial<Record<Kind, number>>;
  is_default: boolean;
  agents: number;
  warnings: string[];
}
export type WorkClass = "realtime" | "live" | "async";
export interface StateReason {
  id: Id;
  state: "online" | "away" | "busy" | "offline";
  name: string;
  takes: WorkClass[];
  position: number;
}
/** What work weighs where nothing else is said. */
export const USUAL_WEIGHTS: Record<Kind, number> = { voice: 100, video: 100, chat: 30, sms: 10, social: 10, email: 5 };

const all = <T>(route: string): Promise<T[]> => api.get<Page<T>>(route).then((page) => page.items);

export const loadSkills = (): Promise<Skill[]> => all("/skills");
export const createSkill = (name: string): Promise<Skill> => api.post("/skills", { name });
export const renameSkill = (id: Id, name: string): Promise<Skill> => api.patch(`/skills/${id}`, { name });
export const removeSkill = (id: Id): Promise<null> => api.delete(`/skills/${id}`);

export interface AgentAtWork {
  id: Id;
  name: string;
  skills?: { skill_id: Id; level: number }[];
  /** The policy of their own; null where the default holds. */
  capacity_policy_id?: Id | null;
}
/** Everyone who works here, by name, with how they work. */
export const loadAgents = (): Promise<AgentAtWork[]> =>
  all<AgentAtWork>("/agents").then((found) => found.sort((a, b) => a.name.localeCompare(b.name)));
/** What each of them can, by agent and by skill. */
export const levelsOf = (agents: readonly AgentAtWork[]): Levels =>
  Object.fromEntries(
    agents.map((one) => [
      one.id,
      Object.fromEntries((one.skills ?? []).map(({ skill_id, level }) => [skill_id, level])),
    ]),
  );
export const setLevels = (agentId: Id, levels: Record<Id, number>): Promise<unknown> =>
  api.put(`/agents/${agentId}/skills`, {
    skills: Object.entries(levels).map(([skill_id, level]) => ({ skill_id, level })),
  });

export const loadPolicies = (): Promise<CapacityPolicy[]> => all("/capacity-policies");
export type PolicyDraft = Pick<CapacityPolicy, "name" | "weights" | "is_default">;
export const createPolicy = (draft: PolicyDraft): Promise<CapacityPolicy> => api.post("/capacity-policies", draft);
export const changePolicy = (id: Id, draft: Partial<PolicyDraft>): Promise<CapacityPolicy> =>
  api.patch(`/capacity-policies/${id}`, draft);
export const removePolicy = (id: Id): Promise<null> => api.delete(`/capacity-policies/${id}`);
export const choosePolicy = (agentId: Id, policyId: Id | null): Promise<unknown> =>
  api.patch(`/agents/${agentId}`, { capacity_policy_id: policyId });

export const loadReasons = (): Promise<StateReason[]> => all("/state-reasons");
export type ReasonDraft = Omit<StateReason, "id">;
export const createReason = (draft: ReasonDraft): Promise<StateReason> => api.post("/state-reasons", draft);
export const changeReason = (id: Id, draft: Partial<ReasonDraft>): Promise<StateReason> =>
  api.patch(`/state-reasons/${id}`, draft);
export const removeReason = (id: Id): Promise<null> => api.delete(`/state-reasons/${id}`);
