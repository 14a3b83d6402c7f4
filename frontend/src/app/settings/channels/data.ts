/** Channels as the settings need them, and the calls that read and change them. */

import { api, path } from "../../../lib/api";
import type { Channel, Id, Page } from "../../../lib/types";

export type Value = string | number | boolean | string[] | null;
export type Values = Record<string, Value>;

export interface Field {
  name: string;
  label: string;
  kind: "text" | "long_text" | "number" | "switch" | "choice" | "address" | "host" | "lines" | "sign_in";
  help: string;
  required: boolean;
  default: Value;
  choices: { value: string; label: string }[];
  placeholder: string;
  secret: boolean;
  shown_when: { field: string; values: string[] } | null;
}
export interface Step {
  key: string;
  title: string;
  text: string;
  fields: Field[];
}
export interface Kind {
  kind: string;
  label: string;
  icon: string;
  steps: Step[];
}
export interface ChannelSettings extends Channel {
  config: Values;
  /** By name, whether the hub keeps one; what it is never leaves the hub. */
  secrets: Record<string, { set: boolean }>;
  archived_at: string | null;
}
export interface Check {
  name: string;
  ok: boolean | null;
  detail: string;
}
export interface Paste {
  kind: "dns" | "url" | "text";
  name: string;
  value: string;
  purpose: string;
  record_type: string;
  found: boolean | null;
  detail: string;
}
export interface Suggestion {
  label: string;
  config: Values;
  advice: string;
}
export interface ChannelChange {
  name?: string;
  address?: string;
  queue_id?: Id | null;
  state?: "connected" | "disabled";
  config?: Values;
  secrets?: Record<string, string | null>;
}

/** The settings that are asked only once a channel works. */
export const LATER = "behaviour";

/** Real mail servers are asked; some take long to say no. */
const TEST_MS = 90_000;

let kinds: Promise<Kind[]> | null = null;

/** The kinds that can be set up here; they stay the same while the hub runs. */
export function loadKinds(): Promise<Kind[]> {
  kinds ??= api.get<Page<Kind>>("/channels/kinds").then(
    (page) => page.items.filter((kind) => kind.steps.length > 0),
    (error: unknown) => {
      kinds = null;
      throw error;
    },
  );
  return kinds;
}

export const loadChannel = (id: Id): Promise<ChannelSettings> => api.get<ChannelSettings>(`/channels/${id}`);
export const createChannel = (kind: string, change: ChannelChange): Promise<ChannelSettings> =>
  api.post<ChannelSettings>("/channels", { kind, ...change });
export const changeChannel = (id: Id, change: ChannelChange): Promise<ChannelSettings> =>
  api.patch<ChannelSettings>(`/channels/${id}`, change);
export const removeChannel = (id: Id): Promise<null> => api.delete(`/channels/${id}`);
export const testChannel = (id: Id): Promise<Check[]> =>
  api.post<{ checks: Check[] }>(`/channels/${id}/test`, {}, { timeoutMs: TEST_MS }).then(({ checks }) => checks);
export const loadPastes = (id: Id): Promise<Paste[]> =>
  api.get<Page<Paste>>(`/channels/${id}/pastes`, { timeoutMs: TEST_MS }).then(({ items }) => items);
export const beginSignIn = (id: Id): Promise<string> =>
  api.post<{ url: string }>(`/channels/${id}/sign-in`).then(({ url }) => url);
export const suggest = (kind: string, address: string): Promise<Suggestion> =>
  api.get<Suggestion>(path(`/channels/kinds/${kind}/suggestion`, { address }));

/** Whether a field matters with these values: its condition holds, and the field that it depends on matters too. */
export function isShown(field: Field, fields: readonly Field[], values: Values): boolean {
  const when = field.shown_when;
  if (!when) return true;
  const other = fields.find((one) => one.name === when.field);
  return when.values.includes(String(values[when.field] ?? "")) && (!other || isShown(other, fields, values));
}

/** What differs between two sets of values; an emptied one is null. */
export function changes(before: Values, after: Values): Values {
  const differing = Object.entries(after).filter(([name, value]) => !isSame(before[name] ?? null, value));
  return Object.fromEntries(differing.map(([name, value]) => [name, value === "" ? null : value]));
}

function isSame(one: Value, other: Value): boolean {
  return JSON.stringify(one === "" ? null : one) === JSON.stringify(other === "" ? null : other);
}
