/** Imports of old mail into a channel, and the calls that start, steer and read them. */

import { ApiError, NetworkError, api, problemFrom, unsafeHeaders } from "../../../lib/api";
import type { Id, Page, Time } from "../../../lib/types";

export type ImportState = "queued" | "running" | "paused" | "done" | "failed" | "canceled";
export interface MailImport {
  id: Id;
  channel_id: Id;
  kind: "mbox" | "maildir" | "imap";
  name: string;
  state: ImportState;
  /** What it is doing: looking what is there, or taking it in. */
  phase: "reading" | "importing" | "";
  dry_run: boolean;
  /** null until it is known how many there are. */
  total: number | null;
  seen: number;
  imported: number;
  skipped: number;
  failed: number;
  reasons: { state: "skipped" | "failed"; reason: string; count: number }[];
  progress: number | null;
  error: string;
  created_by: { id: Id; name: string } | null;
  created_at: Time;
  started_at: Time | null;
  finished_at: Time | null;
}
export interface Options {
  dry_run: boolean;
  skip_automatic: boolean;
  open_days: number;
  own_addresses: string[];
  sent: boolean;
}
export interface Mailbox {
  host: string;
  port: number;
  security: "tls" | "starttls" | "none";
  user: string;
  password: string;
  folders: string[];
}

export const isActive = ({ state }: MailImport): boolean => state === "queued" || state === "running";

export const loadImports = (channelId: Id): Promise<MailImport[]> =>
  api.get<Page<MailImport>>(`/channels/${channelId}/imports`).then(({ items }) => items);
export const loadImport = (id: Id): Promise<MailImport> => api.get<MailImport>(`/imports/${id}`);
export const steer = (id: Id, verb: "pause" | "resume" | "cancel"): Promise<MailImport> =>
  api.post<MailImport>(`/imports/${id}/${verb}`);
export const startFromMailbox = (channelId: Id, mailbox: Partial<Mailbox>, options: Options): Promise<MailImport> =>
  api.post<MailImport>(`/channels/${channelId}/imports`, { kind: "imap", ...mailbox, ...options });
export const reportOf = (id: Id): string => `/api/v1/imports/${id}/report.csv`;

/** Sends mbox files, telling how far they are, 0 to 1. Rejects with ApiError or NetworkError. */
export function startFromFiles(
  channelId: Id,
  files: readonly File[],
  options: Options,
  onProgress: (share: number) => void,
): Promise<MailImport> {
  const form = new FormData();
  form.append("kind", "mbox");
  if (options.dry_run) form.append("dry_run", "1");
  if (options.skip_automatic) form.append("skip_automatic", "1");
  if (options.sent) form.append("sent", "1");
  form.append("open_days", String(options.open_days));
  if (options.own_addresses.length) form.append("own_addresses", options.own_addresses.join(","));
  for (const file of files) form.append("file", file);
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", `/api/v1/channels/${channelId}/imports`);
    for (const [name, value] of Object.entries(unsafeHeaders())) request.setRequestHeader(name, value);
    request.upload.onprogress = (event) => onProgress(event.total ? event.loaded / event.total : 0);
    request.onload = () => {
      if (request.status >= 200 && request.status < 300) resolve(JSON.parse(request.responseText) as MailImport);
      else reject(new ApiError(request.status, problemFrom(request.status, request.responseText)));
    };
    request.onerror = () => reject(new NetworkError("upload interrupted"));
    request.send(form);
  });
}
