/** The board as GET /live answers it and as its frames bring it. */

import type { Id, PresenceState, SlaRing, Time, WorkClass, WorkKind } from "../../lib/types";

/** Work as it stands, and contacts since midnight; see the API's document for what each counts. */
export interface Figures {
  waiting: number;
  waiting_since: Time | null;
  offered: number;
  active: number;
  wrapping: number;
  parked: number;
  callbacks: number;
  answered: number;
  answered_in_time: number;
  abandoned: number;
  abandoned_late: number;
  service_level: number;
  average_speed_of_answer_seconds: number;
}
export interface BoardQueue extends Figures {
  id: Id;
  name: string;
  icon: string;
  service_level_percent: number;
  service_level_seconds: number;
  member_ids: Id[];
  sla_at_risk: number;
  sla_breached: number;
  agents: Record<"online" | "away" | "busy", number>;
  kinds: Partial<Record<WorkKind, Figures>>;
}
/** A conversation that the board names. */
export interface Named {
  conversation_id: Id;
  number: number;
  subject: string;
  contact: string;
  queue_id: Id | null;
}
export interface LiveWork extends Named {
  id: Id;
  kind: WorkKind;
  state: string;
  agent_id: Id | null;
  queued_at: Time;
  since: Time;
  stuck_reason: string;
}
export interface LivePromise extends Named {
  assignee_id: Id | null;
  sla: SlaRing;
  warning: string;
}
/** What a figure counts: work, a wait that has ended, or a promise. */
export interface Counted extends Named {
  id?: Id;
  kind?: WorkKind;
  state?: string;
  agent_id?: Id | null;
  assignee_id?: Id | null;
  queued_at?: Time;
  outcome?: "answered" | "abandoned";
  at?: Time;
  wait_seconds?: number;
  stuck_reason?: string;
  sla?: SlaRing;
  warning?: string;
}
export interface BoardAgent {
  id: Id;
  name: string;
  team_ids: Id[];
  state: PresenceState;
  reason: string;
  since: Time | null;
  unavailable: Partial<Record<WorkClass, string>>;
  load: number;
  work: LiveWork[];
}
export interface BoardData {
  at: Time;
  since: Time;
  minute: number;
  queues: BoardQueue[];
  agents: BoardAgent[];
  at_risk: LivePromise[];
  stuck: LiveWork[];
  history: Record<Id, number[]>;
  teams: { id: Id; name: string }[];
}
/** What changed; rows of queues and agents replace those of the same id, unless these are all. */
export interface BoardNews extends Partial<BoardData> {
  are_all_queues?: boolean;
  are_all_agents?: boolean;
}
export type Figure =
  "waiting" | "unanswered" | "offered" | "active" | "stuck" | "answered" | "late" | "abandoned" | "sla_at_risk";
