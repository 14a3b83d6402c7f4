/** Mail addresses as people type and paste them, and who gets an answer. */

import type { Address, Item } from "./types";

const ADDRESS = /^[^\s@,;<>"()]+@[^\s@,;<>"()]+\.[^\s@,;<>".()]+$/u;

/** True for what may be an address: something, an at sign, a domain with a dot. Servers know better. */
export const isAddress = (text: string): boolean => text.length <= 254 && ADDRESS.test(text);

/** Each address of a line such as `Ana <ana@x.test>, "Li, Bo" <bo@y.test>; c@z.test`; what is none stays as typed. */
export function readAddresses(line: string): Address[] {
  const parts = line.match(/(?:"[^"]*"|<[^>]*>|[^,;\n"<])+/g) ?? [];
  return parts.flatMap((part) => {
    const text = part.trim();
    if (!text) return [];
    const named = /^(.*?)<\s*([^<>\s]+)\s*>$/s.exec(text);
    if (named) return [{ name: unquoted(named[1] ?? ""), address: named[2] ?? "" }];
    // "a@x.test b@y.test": a column pasted out of a table.
    const words = text.split(/\s+/);
    return words.length > 1 && words.every(isAddress)
      ? words.map((address) => ({ name: "", address }))
      : [{ name: "", address: text.replace(/^mailto:/i, "") }];
  });
}

const unquoted = (name: string): string =>
  name
    .trim()
    .replace(/^["']+|["']+$/g, "")
    .trim();

export const sameAddress = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();

/** `list` without those in `others` and without repetitions. */
export function without(list: readonly Address[], others: readonly string[]): Address[] {
  const known = new Set(others.map((one) => one.toLowerCase()));
  return list.filter(({ address }) => {
    const key = address.toLowerCase();
    return address !== "" && !known.has(key) && known.add(key) !== undefined;
  });
}

export interface Recipients {
  to: Address[];
  cc: Address[];
}

/**
 * Who gets an answer to everybody: whoever wrote last (or asked to be answered elsewhere), and all that the mail went to,
 * but none of `own`. After a mail of ours, the same people as that one.
 */
export function everybody(items: readonly Item[], own: readonly string[], fallback: string | null): Recipients {
  const mine = own.map((one) => one.toLowerCase());
  const isOwn = (address: string): boolean => mine.includes(plain(address));
  const last = items.findLast((item) => item.kind === "message" && (item.from !== null || item.to.length > 0));
  const strangers = (list: readonly Address[]): Address[] => list.filter((one) => !isOwn(one.address));
  if (last && last.direction === "outbound" && !last.forward_of_id && last.to.length)
    return { to: without(strangers(last.to), []), cc: without(strangers(last.cc), addressesIn(last.to)) };
  const heard = items.findLast((item) => item.kind === "message" && item.direction === "inbound" && item.from !== null);
  const writer = heard?.reply_to ?? heard?.from;
  if (!heard || !writer || !isAddress(writer.address))
    return { to: fallback ? [{ name: "", address: fallback }] : [], cc: [] };
  const cc = strangers([...heard.to, ...heard.cc]).filter((one) => isAddress(one.address));
  return { to: [writer], cc: without(cc, [writer.address]) };
}

const addressesIn = (list: readonly Address[]): string[] => list.map((one) => one.address);

/** Without what stands behind a plus: the hub's reply addresses are those of its mailboxes. */
const plain = (address: string): string => address.toLowerCase().replace(/\+[^@]*@/, "@");

const NO_REPLY =
  /^(no|do-?not|don-?t|ne-?pas|nicht)[-_.]?(reply|respond|answer|repondre|antworten|responder)|^(noreply|mailer-daemon|bounces?|postmaster|no-?responder)\b/i;

/** True for an address that says nobody reads it. */
export const isNoReply = (address: string): boolean => NO_REPLY.test(address.split("@")[0] ?? "");
