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
  text_unit: "characters" | "utf16" | "bytes" | "graphemes" | "gsm_segments";
  cc: boolean;
  subject: boolean;
  /** How many files a message takes, and how large each may be in bytes. */
  files: number;
  file_limit: number | null;
  can_start: boolean;
  /** Longer texts go out as several messages, or are refused. */
  overflow?: "refuse" | "split";
  /** A text is charged by SMS segments. */
  counts_segments?: boolean;
  edit_out?: boolean;
  delete_out?: boolean;
  react_out?: boolean;
  /** The reactions that the channel knows; all of them if empty. */
  reactions?: string[];
  templates?: boolean;
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

export interface SlaRing {
  clock:
    "first_reply" | "next_reply" | "update" | "agent_work" | "requester_wait" | "resolution" | "answer" | "ownership";
  state: "active" | "paused" | "breached";
  started_at: Time;
  /** Null while the clock stands still. */
  due_at: Time | null;
  target_seconds: number;
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
  /** The promise that is due first; absent on what an older hub sent. */
  sla?: SlaRing | null;
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

export interface Reaction {
  emoji: string;
  by: Author;
}
/** What a message holds beside words and files. */
export interface Rich {
  location?: { latitude: number; longitude: number; name?: string; address?: string } | null;
  contacts?: { name: string; phones?: string[]; emails?: string[]; organization?: string }[];
  choice?: { id: string; title: string; data?: Record<string, string> } | null;
  buttons?: { id: string; title: string; url?: string }[];
  menu?: { label: string; rows: { id: string; title: string; description?: string }[] } | null;
  template?: { id: string; language?: string } | null;
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
  /** What became of a message: when it was changed, what it said before, when it was taken back. */
  edited_at?: Time | null;
  edits?: { text: string; at: Time }[];
  deleted_at?: Time | null;
  /** What an agent wants of it, until the provider has done it. */
  pending?: { what: "edit" | "delete"; text: string } | null;
  reactions?: Reaction[];
  rich?: Rich | null;
  /** Everybody can read it where it was written. */
  public?: boolean;
  missing_files?: { filename: string; content_type: string; reason: string }[];
}

/** What somebody says of their state, with a reason of the organization's own or "". */
export interface Said {
  state: PresenceState;
  reason: string;
}
/** What work asks of whoever takes it; availability is told per class of these. */
export type WorkKind = "voice" | "video" | "chat" | "sms" | "social" | "email";
export type WorkClass = "realtime" | "live" | "async";
export interface Requirement {
  skill: Id;
  /** From 1 to 10. */
  level: number;
}
/** Work put before one agent. Without `expires_at` it was assigned at once. */
export interface Offer {
  id: Id;
  conversation_id: Id;
  agent_id: Id;
  status: "pending" | "accepted" | "declined" | "timeout" | "rescinded";
  expires_at: Time | null;
  created_at: Time;
  kind: WorkKind;
  queue_id: Id | null;
  /** How it ended, in words. */
  reason: string;
}
/** One stay of a conversation with whoever works on it; `stuck_reason` says why nobody can. */
export interface Work {
  id: Id;
  conversation_id: Id;
  queue_id: Id | null;
  kind: WorkKind;
  state:
    "queued" | "offered" | "active" | "wrapping" | "done" | "parked" | "abandoned" | "callback_wait" | "overflowed";
  assignee_id: Id | null;
  queued_at: Time;
  accepted_at: Time | null;
  step: number;
  stuck_reason: string;
  virtual_start_at: Time;
  requirements: Requirement[];
}
export interface Skill {
  id: Id;
  name: string;
}
/** A word of the organization's own for being in a state, and the classes of work one still gets in it. */
export interface StateReason {
  id: Id;
  state: PresenceState;
  name: string;
  takes: WorkClass[];
}
export interface Agent {
  id: Id;
  name: string;
  email: string;
  role: string;
  state: PresenceState;
  since: Time | null;
  /** The organization's own word for the state. */
  reason?: string;
  /** Classes of work that the hub keeps back, each with why; empty for most. */
  unavailable?: Partial<Record<WorkClass, string>>;
  /** How full their hands are, of 100. This and what follows is told of oneself, and to supervisors. */
  capacity?: { used: number; total: number } | null;
  skills?: { skill_id: Id; name: string; level: number }[] | null;
  /** The conversations that they work on. */
  on?: Id[] | null;
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
  /** Work that was kept away comes again with the first thing that they do. */
  returns_by_itself?: boolean;
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
  offer?: Offer;
  work?: Work;
  /** What settings.updated speaks of, e.g. "state_reason". */
  noun?: string;
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
export interface Presence extends Pick<Partial<Agent>, "since" | "reason" | "unavailable"> {
  agent_id?: Id;
  id?: Id;
  state?: PresenceState;
}
export interface PresenceFrame extends Presence {
  type: "presence";
  agent_id?: Id;
  state?: PresenceState;
  agents?: Presence[];
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
/** Figures of the live board: of one queue, or of everything. The board's own part knows what they hold. */
export interface FiguresFrame {
  type: "live";
  queue_id?: Id;
  data?: unknown;
  board?: unknown;
  is_whole?: boolean;
}
export type LiveFrame = PresenceFrame | TypingFrame | ViewingFrame | FiguresFrame;
export type ServerFrame =
  | EventFrame
  | SkipFrame
  | ReadyFrame
  | ResyncFrame
  | LiveFrame
  | { type: "health"; state: "well" | "degraded" }
  | { type: "pong" }
  | { type: "error"; code?: string; detail?: string };

export type Topic = { kind: "inbox" | "board" } | { kind: "conversation" | "queue"; id: Id };
