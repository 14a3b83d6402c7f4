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
  state?: "draft" | "connected" | "degraded" | "needs_reconnect" | "disabled";
  /** What the hub last found out about it; `detail` is in words. */
  health?: { ok?: boolean; detail?: string; at?: Time };
  queue_id?: Id | null;
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
/** A contact with every address by which they are known. */
export interface Contact extends ContactRef {
  identities: Identity[];
}
export interface Identity {
  id: Id;
  kind: string;
  value: string;
  display: string;
  verified_at: Time | null;
  /** Since when nothing sent there arrives. */
  unreachable_since?: Time | null;
  unreachable_reason?: string;
}
/** A text that agents insert by its shortcut. */
export interface Template {
  id: Id;
  name: string;
  shortcut: string;
  subject: string;
  text: string;
}
/** Another conversation that has to do with one. */
export interface Link {
  kind: "continues" | "forwarded" | "split" | "merged";
  /** True where the conversation asked about came out of the other one. */
  is_origin: boolean;
  conversation: { id: Id; number: number; subject: string; status: Status };
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
  /** When the hub tries again, while the delivery is queued. */
  next_attempt_at?: Time | null;
  updated_at: Time;
}
export interface Address {
  name: string;
  address: string;
}

/** What is known of a sender's right to their address, in the words of RFC 8601; empty where nobody looked. */
export interface Authentication {
  spf?: string;
  dkim?: string;
  dmarc?: string;
  domain?: string;
  by?: string;
}
/** A calendar invitation. Whole days begin and end at midnight UTC. */
export interface Invitation {
  method: string;
  uid: string;
  summary?: string;
  starts_at?: Time | null;
  ends_at?: Time | null;
  all_day?: boolean;
  time_zone?: string;
  location?: string;
  organizer?: string;
  attendees?: string[];
  recurrence?: string;
}
export type FoldKind = "quote" | "signature";
/** Start and end in characters (code points, not UTF-16 units) of a text, and what stands there. */
export type Fold = [number, number, FoldKind];

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
  /** Absent on items that a browser made or an older hub sent, like all of these. */
  bcc?: Address[];
  folds?: Fold[];
  authentication?: Authentication | null;
  invitation?: Invitation | null;
  /** Where answers are wanted, when that is not `from`. */
  reply_to?: Address | null;
  /** Who wrote what an agent handed on. */
  forwarded_from?: Address | null;
  forward_of_id?: Id | null;
  signature?: { text: string; html: string } | null;
  remote_images?: { policy: "ask" | "always" | "never"; count: number; trackers: number } | null;
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
  /** Where the event log stood before anything else was fetched. */
  position: { epoch: string; seq: number };
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
  channel?: Channel;
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
  | { type: "health"; state: "well" | "degraded" }
  | { type: "pong" }
  | { type: "error"; code?: string; detail?: string };

export type Topic = { kind: "inbox" } | { kind: "conversation" | "queue"; id: Id };
