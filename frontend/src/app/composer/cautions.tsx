/** What speaks against sending this mail to these people, said before one does. */

import { isAddress, isNoReply, sameAddress } from "../../lib/addresses";
import { t } from "../../lib/i18n";
import { person } from "../../lib/store/people";
import { timeline } from "../../lib/store/timelines";
import { clock } from "../../lib/time";
import type { Address, Conversation, Item } from "../../lib/types";
import { Icon } from "../../ui/icons";
import type { Chosen } from "./recipients";

interface CautionsProps {
  conversation: Conversation;
  chosen: Chosen;
  /** Handed on to somebody else: that they are new here goes without saying. */
  isForward: boolean;
}

export function Cautions({ conversation: one, chosen, isForward }: CautionsProps) {
  const items = timeline(one.id).items.value;
  const all = [...chosen.to, ...chosen.cc, ...chosen.bcc];
  const words = [...ofAddresses(one, all), ...ofMail(items, chosen), ...(isForward ? [] : strangers(items, one, all))];
  if (!words.length) return null;
  return (
    <ul class="cautions" role="status">
      {words.map((text) => (
        <li key={text}>
          <Icon name="alert" size="s" />
          <span>{text}</span>
        </li>
      ))}
    </ul>
  );
}

function ofAddresses(one: Conversation, all: readonly Address[]): string[] {
  const dead = person(one.contact.id).value?.identities.filter((identity) => identity.unreachable_since) ?? [];
  return all.flatMap(({ address }) => {
    const found = dead.find((identity) => sameAddress(identity.value, address));
    if (found) {
      const since = clock(found.unreachable_since ?? "");
      return [t("caution.dead", { address, since, reason: found.unreachable_reason ?? "" }).trim()];
    }
    return isNoReply(address) ? [t("caution.noReply", { address })] : [];
  });
}

/** What the mail that is answered says about itself. */
function ofMail(items: readonly Item[], { to }: Chosen): string[] {
  const heard = items.findLast((item) => item.kind === "message" && item.direction === "inbound");
  if (!heard || !to.some((one) => isFrom(heard, one.address))) return [];
  if (heard.authentication?.dmarc === "fail") return [t("caution.forged", { address: heard.from?.address ?? "" })];
  return heard.automatic ? [t("caution.automatic")] : [];
}

const isFrom = ({ from, reply_to: replyTo }: Item, address: string): boolean =>
  [from, replyTo].some((one) => one && sameAddress(one.address, address));

/** Those who have not been in this conversation: a mistyped or forgotten recipient is noticed here or nowhere. */
function strangers(items: readonly Item[], one: Conversation, all: readonly Address[]): string[] {
  const known = new Set([one.contact.email?.toLowerCase() ?? ""]);
  for (const item of items) {
    if (item.kind !== "message") continue;
    for (const who of [item.from, item.reply_to, ...item.to, ...item.cc, ...(item.bcc ?? [])])
      if (who) known.add(who.address.toLowerCase());
  }
  const fresh = all.filter(({ address }) => isAddress(address) && !known.has(address.toLowerCase()));
  if (!fresh.length || !items.length) return [];
  return [t("caution.new", { n: fresh.length, names: fresh.map((who) => who.address).join(", ") })];
}
