/** Remote images of mails: which were asked for, where the hub serves them, and whose are always shown. */

import { type Signal, signal } from "@preact/signals";
import { api } from "../api";
import { recall, remember } from "../storage";
import type { Id, Item, Page } from "../types";

interface RemoteImage {
  source: string;
  url: string;
}

const NONE: ReadonlyMap<string, string> = new Map();
const MOST_SENDERS = 500;
const links = new Map<Id, Signal<ReadonlyMap<string, string>>>();

/** Addresses whose mails show their images at once in this browser. */
const welcome = signal(new Set(recall<string[]>("image-senders", [])));

/** From an image's own address to the hub's link to it; empty until somebody asks. */
export function linksOf(message: Id): Signal<ReadonlyMap<string, string>> {
  let held = links.get(message);
  if (!held) links.set(message, (held = signal(NONE)));
  return held;
}

/** Fetches the links of a mail's images; the images follow by themselves. Throws what `api` throws. */
export async function requestImages(item: Item): Promise<void> {
  const { items } = await api.get<Page<RemoteImage>>(`/messages/${item.id}/images`);
  linksOf(item.id).value = new Map(items.map(({ source, url }) => [source, url]));
}

/** Shows this sender's images from now on. */
export function welcomeSender(address: string): void {
  const list = [...welcome.peek(), address.toLowerCase()].slice(-MOST_SENDERS);
  welcome.value = new Set(list);
  remember("image-senders", list);
}

/** True where a mail's images are shown without asking: by the channel's setting, or because its sender is welcome. */
export function isWelcome({ remote_images: images, from, authentication }: Item): boolean {
  if (images?.policy !== "ask") return images?.policy === "always";
  // Anybody can write a welcome address into From: a mail that is not from there is asked about.
  return from !== null && authentication?.dmarc !== "fail" && welcome.value.has(from.address.toLowerCase());
}
