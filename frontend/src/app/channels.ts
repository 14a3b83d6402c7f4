/** Channels in words: the name of a kind, and where an answer goes. */

import { type Key, locale, t } from "../lib/i18n";
import { en } from "../lib/locales/en";
import { channels } from "../lib/store/session";
import type { Capabilities, ChannelRef, ContactRef, Id } from "../lib/types";

/** "E-mail" for "email"; a kind without a word of its own is shown by its name. */
export function channelName(kind: string): string {
  const key = `channel.${kind}`;
  if (key in en) return t(key as Key);
  return kind.charAt(0).toLocaleUpperCase(locale.value) + kind.slice(1);
}

/** Where an answer by this channel goes, e.g. "E-mail to ana@correo.example". */
export function routeOf(channel: ChannelRef, contact: ContactRef): string {
  const name = channelName(channel.kind);
  const address = channel.kind === "email" ? contact.email : channel.kind === "chat" ? null : contact.phone;
  return address ? t("composer.to", { channel: name, address }) : name;
}

/** The channels an answer may take: those of the conversation first, then others that reach the contact's addresses. */
export function answerChannels(used: readonly ChannelRef[], contact: ContactRef): ChannelRef[] {
  const reachable = channels.value.filter(
    (one) => one.kind === "email" && contact.email && !used.some((ref) => ref.kind === "email"),
  );
  return [...used, ...reachable];
}

/** What a channel can do; undefined while the hub has not told. */
export function capabilitiesOf(id: Id | undefined): Capabilities | undefined {
  return channels.value.find((one) => one.id === id)?.capabilities;
}

/** The length of a text as the channel counts it. */
export function lengthOf(text: string, unit: Capabilities["text_unit"]): number {
  if (unit === "bytes") return new TextEncoder().encode(text).length;
  return unit === "utf16" ? text.length : [...text].length;
}
