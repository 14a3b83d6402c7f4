/** What one should know before one believes or answers a mail, in plain words. */

import { sameAddress } from "../../lib/addresses";
import { t } from "../../lib/i18n";
import type { Item } from "../../lib/types";
import { Icon } from "../../ui/icons";

export function Warnings({ item }: { item: Item }) {
  if (item.direction !== "inbound") return null;
  const { authentication: proof, from, reply_to: replyTo } = item;
  const isForged = proof?.dmarc === "fail";
  const isElsewhere = replyTo && from && !sameAddress(replyTo.address, from.address);
  return (
    <>
      {isForged && (
        <p class="beware" role="note">
          <Icon name="quarantine" size="s" />
          <span>
            {t("warn.forged", { address: from?.address ?? item.author.name, domain: proof.domain || domainOf(from) })}
          </span>
        </p>
      )}
      {isElsewhere && (
        <p class={isForged ? "beware" : "blocked"} role="note">
          <Icon name="reply" size="s" turns />
          <span>{t("warn.replyTo", { address: replyTo.address, from: from.address })}</span>
        </p>
      )}
    </>
  );
}

const domainOf = (one: { address: string } | null): string => one?.address.split("@")[1] ?? "";
