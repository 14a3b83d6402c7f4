/** Applies the event log to everything on screen. The order of calls is the order of the log. */

import { batch } from "@preact/signals";
import { hearServer } from "../serverclock";
import type { Conversation, EventData, EventFrame, Item, Offer } from "../types";
import { noteOffer, noteWork } from "./capacity";
import { patch, put, putContact } from "./conversations";
import { applyCounters } from "./counters";
import { settle } from "./list";
import { hasSaid } from "./live";
import { arrived } from "./outbox";
import { takeOffer } from "./offers";
import { countUnread } from "./reduce";
import { myId, putAgent, putChannel } from "./session";
import { refreshKnownPerson } from "./people";
import { noteSettings } from "./settings";
import { putDelivery, putItem, reloadTimeline } from "./timelines";
import { takeWork } from "./work";

/** What the page does beyond the store: title badge, reading what is on screen. */
export interface Watchers {
  arrived(item: Item, conversation: Conversation): void;
  /** An offer that rang here has ended. */
  offerEnded(offer: Offer): void;
}

const HAVE_MOVED = new Set(["conversation.merged", "conversation.split"]);

/** Returns the function that takes each event frame. */
export function reducer(watchers: Watchers): (frame: EventFrame) => void {
  return ({ event, data, at }) =>
    batch(() => {
      hearServer(Date.parse(at));
      if (data.counters) applyCounters(data.counters);
      if (data.agent) putAgent(data.agent.id, data.agent);
      if (data.contact) {
        putContact(data.contact);
        refreshKnownPerson(data.contact.id);
      }
      if (event === "settings.updated") noteSettings(data.noun ?? "");
      if (data.channel) putChannel(data.channel, event === "channel.removed");
      if (data.delivery && data.conversation_id && data.message_id) {
        putDelivery(data.conversation_id, data.message_id, data.delivery);
      }
      if (data.work) noteWork(takeWork(data.work), data.work);
      if (data.offer) noteOffer(data.offer);
      applyConversation(event, data, watchers);
      if (data.offer && takeOffer(data.offer)) watchers.offerEnded(data.offer);
    });
}

function applyConversation(event: string, data: EventData, watchers: Watchers): void {
  const item = data.message ?? data.note ?? data.item;
  const isNew = event === "message.created" || event === "note.created";
  const isOthers = item !== undefined && isNew && item.author.id !== myId.peek();
  const conversation = data.conversation && takeConversation(data.conversation, isNew ? item : undefined);
  if (conversation && HAVE_MOVED.has(event)) reloadTimeline(conversation.id);
  if (item) {
    putItem(item);
    arrived(item);
    hasSaid(item);
  }
  if (!conversation) return;
  const isNews = isOthers && item?.direction === "inbound";
  settle(conversation, isNews);
  if (item && isOthers) watchers.arrived(item, conversation);
}

/** Events do not know who has read what, so what customers write counts as unread until this tab shows it. */
function takeConversation(next: Conversation, said: Item | undefined): Conversation {
  const merged = put(next);
  const counted = said ? countUnread(merged, said) : merged;
  if (counted !== merged) patch(next.id, counted);
  return counted;
}
