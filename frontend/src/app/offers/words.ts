/** Offers in words: what comes, from whom, what it asks for, and how one ended that went elsewhere. */

import { t } from "../../lib/i18n";
import { firstName } from "../../lib/names";
import { conversation, peek } from "../../lib/store/conversations";
import { agentName, myId, queueName } from "../../lib/store/session";
import { skillName } from "../../lib/store/skills";
import { work } from "../../lib/store/work";
import type { Offer, Requirement, WorkClass, WorkKind } from "../../lib/types";
import type { IconName } from "../../ui/icons";

/** Who waits; "Somebody" while their conversation is on its way. */
export function callerOf(offer: Offer): string {
  const contact = conversation(offer.conversation_id)?.value.contact;
  return contact?.name || contact?.email || contact?.phone || t("assignee.somebody");
}

/** "Chat for you · Support". */
export function headingOf(offer: Offer): string {
  return [t("offer.kind", { kind: kindWord(offer.kind) }), queueName(offer.queue_id)].filter(Boolean).join(" · ");
}

export const kindWord = (kind: WorkKind): string => t(`work.${kind}`);
export const classWord = (name: WorkClass): string => t(`class.${name}`);

const ICONS: Record<WorkKind, IconName> = {
  voice: "phone",
  video: "phone",
  chat: "chat",
  sms: "sms",
  social: "circle",
  email: "mail",
};
export const iconOfWork = (kind: WorkKind): IconName => ICONS[kind] ?? "globe";

/** "French ≥ 5, Bikes ≥ 3"; empty where nothing is asked for. */
export function skillWords(requirements: readonly Requirement[]): string {
  return requirements
    .map(({ skill, level }) => ({ name: skillName(skill), level }))
    .filter(({ name }) => name)
    .map(({ name, level }) => t("offer.skill", { name, level }))
    .join(", ");
}

/** "Ana took Elodie."; null where nobody else has the conversation. */
export function takenWords(offer: Offer): string | null {
  const taker = work(offer.conversation_id).peek()?.assignee_id ?? peek(offer.conversation_id)?.assignee_id ?? null;
  if (!taker || taker === myId.peek()) return null;
  return t("offer.taken", { who: firstName(agentName(taker)), name: callerOf(offer) });
}
