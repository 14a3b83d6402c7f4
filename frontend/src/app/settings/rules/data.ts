/** Rules as the settings need them, and the calls that read, try out and change them. */

import { api } from "../../../lib/api";
import type { Deed, Done } from "../../../lib/store/macros";
import type { Id, Page, Time } from "../../../lib/types";
import type { Conditions } from "../conditions/tree";

export type { Deed, Done };
export type Trigger = { on: string[] } | { after: number; since: string; status?: string };

export interface RuleDraft {
  name: string;
  trigger: Trigger;
  conditions: Conditions;
  actions: Deed[];
  stops_others: boolean;
  is_active: boolean;
}
export interface Rule extends RuleDraft {
  id: Id;
  position: number;
  /** Of the last seven days. */
  runs: number;
  errors: number;
  last_run_at: Time | null;
}
export interface Reason {
  text: string;
  holds: boolean;
  depth: number;
}
export interface NamedConversation {
  id: Id;
  number: number;
  subject: string;
  contact: string;
}
export interface RuleRun {
  id: Id;
  at: Time;
  conversation: NamedConversation;
  why: Reason[];
  did: Done[];
  error: string;
}
export interface Tried {
  conversation: NamedConversation;
  matches: boolean;
  why: Reason[];
  would: Done[];
}
export interface DryRun {
  looked_at: number;
  matched: number;
  items: Tried[];
  warnings: string[];
}

export const loadRules = (): Promise<Rule[]> => api.get<Page<Rule>>("/rules").then(({ items }) => items);
export const createRule = (draft: RuleDraft): Promise<Rule> => api.post<Rule>("/rules", draft);
export const changeRule = (id: Id, draft: Partial<RuleDraft>): Promise<Rule> => api.patch<Rule>(`/rules/${id}`, draft);
export const removeRule = (id: Id): Promise<void> => api.delete(`/rules/${id}`).then(() => undefined);
export const orderRules = (ids: readonly Id[]): Promise<Page<Rule>> => api.put<Page<Rule>>("/rules/order", { ids });
export const loadRuns = (id: Id, cursor = ""): Promise<Page<RuleRun>> =>
  api.get<Page<RuleRun>>(`/rules/${id}/runs?limit=20${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ""}`);

/** What the rule would have done to the latest conversations; nothing is changed. */
export function tryRule({ trigger, conditions, actions, stops_others }: RuleDraft, id: Id | null): Promise<DryRun> {
  return api.post<DryRun>("/rules/dry-run", { trigger, conditions, actions, stops_others, rule_id: id });
}

export const only = (rule: Rule): RuleDraft => ({
  name: rule.name,
  trigger: rule.trigger,
  conditions: rule.conditions,
  actions: rule.actions,
  stops_others: rule.stops_others,
  is_active: rule.is_active,
});

export const BLANK: RuleDraft = {
  name: "",
  trigger: { on: ["message.received"] },
  conditions: { all: [{ field: "message.text", op: "contains", value: "" }] },
  actions: [{ do: "set_priority", priority: "urgent" }],
  stops_others: false,
  is_active: true,
};
