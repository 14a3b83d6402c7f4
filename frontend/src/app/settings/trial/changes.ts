/** What a backtest changes: rows of its form, drafts that other pages hand over, and what is sent of them. */

import { signal } from "@preact/signals";
import { openSettings } from "../../../lib/store/route";
import type { Id } from "../../../lib/types";

/** One difference from today's settings. */
export type Change =
  | { kind: "agents"; n: number }
  | { kind: "members"; queue_id: Id }
  | { kind: "skills"; queue_id: Id }
  | { kind: "steps"; queue_id: Id }
  | { kind: "rule"; rule_id: Id; is_active: boolean }
  | { kind: "policy"; policy_id: Id; is_active: boolean }
  | { kind: "chats"; policy_id: Id; n: number }
  | { kind: "draft"; noun: Noun; id: Id; name: string; fields: Record<string, unknown> };
export type Noun = "queues" | "sla_policies" | "rules" | "schedules" | "capacity_policies";

type Fields = Record<string, unknown>;
export type Draft = { extra_agents?: number } & Partial<Record<Noun, Record<Id, Fields>>>;

/** A setting as somebody has just edited it, on its way into a new backtest. */
export const handedOver = signal<Extract<Change, { kind: "draft" }> | null>(null);

/** Opens a new backtest that tries a setting as it stands in its form, unsaved. */
export function tryOnThePast(noun: Noun, id: Id | undefined, name: string, fields: Fields): void {
  handedOver.value = { kind: "draft", noun, id: id ?? "new", name, fields };
  openSettings("/settings/backtests/new");
}

/** The changes as the hub takes them; several of one setting are put together. */
export function draftOf(changes: readonly Change[]): Draft {
  const draft: Draft = {};
  const put = (noun: Noun, id: Id, fields: Fields): void => {
    draft[noun] = { ...draft[noun], [id]: { ...draft[noun]?.[id], ...fields } };
  };
  for (const change of changes) {
    switch (change.kind) {
      case "agents":
        draft.extra_agents = (draft.extra_agents ?? 0) + change.n;
        break;
      case "members":
        put("queues", change.queue_id, { is_open_to_all: true });
        break;
      case "skills":
        put("queues", change.queue_id, { requirements: [] });
        break;
      case "steps":
        put("queues", change.queue_id, { steps: [] });
        break;
      case "rule":
        put("rules", change.rule_id, { is_active: change.is_active });
        break;
      case "policy":
        put("sla_policies", change.policy_id, { is_active: change.is_active });
        break;
      case "chats":
        put("capacity_policies", change.policy_id, { weights: { chat: Math.max(1, Math.floor(100 / change.n)) } });
        break;
      case "draft":
        put(change.noun, change.id, change.fields);
    }
  }
  return draft;
}
