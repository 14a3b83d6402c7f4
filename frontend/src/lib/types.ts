/** The JSON shapes of /api/v1 and of the agent socket, exactly as the server writes them. */

export type Id = string;
export type Time = string;

export type Status = "new" | "open" | "pending" | "snoozed" | "resolved" | "closed";
export type Priority = "low" | "normal" | "high" | "urgent";
export type PresenceState = "online" | "away" | "busy" | "offline";
export type DeliveryStatus =
  "queued" | "sending" | "sent" | "delivered" | "read" | "undelivered" | "failed" | "unknown" | "canceled";

export interface ChannelRef {
  id: Id;
  kind: string;
  name: string;
  address: string | null;
}
export interface Channel extends ChannelRef {
  state?: string;
  capabilities: Capabilities;
}
/** What a channel can do; the composer obeys it. */
export interface Capabilities {
  send: boolean;
  /** The longest text, counted in `text_unit`; null for no limit of the channel's own. */
  text_limit: number | null;
  text_unit: "characters" | "utf16" | "bytes" | "gsm_segments";
  cc: boolean;
  subject: boolean;
  /** How many files a message takes, and how large each may be in bytes. */
  files: number;
  file_limit: number | null;
  can_start: boolean;
}
export interface ContactRef {
  id: Id;
  name: string;
  email: string | null;
  phone: string | null;
  locale?: string | null;
}
export interface Author {
  type: "contact" | "agent" | "system";
  id: Id | null;
  name: string;
}

export interface Conversation {
  id: Id;
  number: number;
  subject: string;
  status: Status;
  priority: Priority;
  assignee_id: Id | null;
  team_id: Id | null;
  queue_id: Id | null;
  channels: ChannelRef[];
  last_seq: number;
  waiting_since: Time | null;
  snoozed_until: Time | null;
  labels: string[];
  contact: ContactRef;
  preview: string;
  last_direction: "inbound" | "outbound" | "internal" | null;
  /** Who of us wrote last, while `last_direction` is outbound. */
  last_agent_id: Id | null;
  last_activity_at: Time;
  created_at: Time;
  updated_at: Time;
  custom: Record<string, unknown>;
  /** Messages of the customer after `read_seq`; only where the server knows the viewer (API, not events). */
  unread?: number;
  /** The last item that the viewer has read; like `unread`. */
  read_seq?: number;
  /** The last item that `unread` takes into account; this tab's own note. */
  counted_seq?: number;
  version: number;
}

export interface Attachment {
  id: Id;
  filename: string;
  content_type: string;
  size: number;
  content_id: string | null;
  inline: boolean;
  url: string;
}
export interface Delivery {
  id: Id;
  recipient: string;
  status: DeliveryStatus;
  detail: string | null;
  code: string | null;
  via?: string | null;
  updated_at: Time;
}
export interface Address {
  name: string;
  address: string;
}

export interface Item {
  id: Id;
  conversation_id: Id;
  seq: number;
  kind: "message" | "note" | "call" | "event";
  direction: "inbound" | "outbound" | "internal";
  author: Author;
  channel: ChannelRef | null;
  subject: string | null;
  text: string;
  html: string | null;
  attachments: Attachment[];
  deliveries: Delivery[];
  occurred_at: Time;
  recorded_at: Time;
  client_id: string | null;
  to: Address[];
  cc: Address[];
  from: Address | null;
  reply_to_id: Id | null;
  event: { name: string; data: Record<string, unknown> } | null;
  quarantined: boolean;
  /** Sent by a machine: an out-of-office answer, a delivery report. */
  automatic: boolean;
}

export interface Agent {
  id: Id;
  name: string;
  email: string;
  role: string;
  state: PresenceState;
  since: Time | null;
  avatar: string | null;
  initials: string;
}
export interface Queue {
  id: Id;
  name: string;
  icon?: string | null;
}
export interface Team {
  id: Id;
  name: string;
}
export interface Label {
  id: Id;
  name: string;
  colour?: string | null;
}

export interface Me {
  user: { id: Id; name: string; email: string; locale: string | null; time_zone: string | null };
  organization: { id: Id; slug: string; name: string };
  role: string;
  permissions: string[];
  state: PresenceState;
  csrf_token: string;
}
export interface Counters {
  open: number;
  unassigned: number;
  mine: number;
  snoozed: number;
  queues: Record<Id, number>;
  teams: Record<Id, number>;
}
export interface Page<T> {
  items: T[];
  next_cursor: string | null;
}

/** An inbound that could not be understood: kept raw, replayable. */
export interface Envelope {
  id: Id;
  channel: ChannelRef;
  state: string;
  received_at: Time;
  error: string;
  attempts: number;
  size: number;
}

export interface EventFrame {
  type: "event";
  seq: number;
  event: string;
  at: Time;
  data: EventData;
  credit?: string;
}
/** The union of what events carry; every field is present only where its event speaks of it. */
export interface EventData {
  conversation_id?: Id;
  conversation?: Conversation;
  message?: Item;
  note?: Item;
  item?: Item;
  message_id?: Id;
  delivery?: Delivery;
  agent?: Agent;
  contact?: ContactRef;
  counters?: Record<string, number>;
}
export interface SkipFrame {
  type: "skip";
  seq: number;
  from?: number;
}
export interface ReadyFrame {
  type: "ready";
  epoch: string;
  seq: number;
  resumed?: boolean;
}
export interface ResyncFrame {
  type: "resync";
  epoch: string;
  seq: number;
}
export interface PresenceFrame {
  type: "presence";
  agent_id?: Id;
  state?: PresenceState;
  since?: Time | null;
  agents?: { agent_id?: Id; id?: Id; state: PresenceState; since?: Time | null }[];
}
export interface Who {
  type?: "agent" | "contact";
  id: Id;
  name: string;
}
export interface TypingFrame {
  type: "typing";
  conversation_id: Id;
  who: Who;
  state: "start" | "stop";
}
export interface ViewingFrame {
  type: "viewing";
  conversation_id: Id;
  agents: Who[];
}
export type LiveFrame = PresenceFrame | TypingFrame | ViewingFrame;
export type ServerFrame =
  | EventFrame
  | SkipFrame
  | ReadyFrame
  | ResyncFrame
  | LiveFrame
  | { type: "pong" }
  | { type: "error"; code?: string; detail?: string };

export type Topic = { kind: "inbox" } | { kind: "conversation" | "queue"; id: Id };
