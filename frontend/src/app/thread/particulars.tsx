/** Whom a mail concerns: a line of names, and every address in full when asked for. */

import { t } from "../../lib/i18n";
import { exact } from "../../lib/time";
import type { Address, Item } from "../../lib/types";
import { Icon } from "../../ui/icons";

/** Names of a line; the others are counted. */
const NAMED = 3;

interface RecipientsProps {
  item: Item;
  isOpen: boolean;
  onToggle(): void;
}

export function Recipients({ item, isOpen, onToggle }: RecipientsProps) {
  // The hub leaves its own address out of an inbound mail's recipients.
  const to = item.to.length ? names(item.to) : (item.channel?.address ?? "");
  const copied = [...item.cc, ...(item.bcc ?? [])];
  if (!to && !copied.length) return null;
  const words = copied.length ? t("letter.toCc", { to, cc: names(copied) }) : t("letter.to", { to });
  return (
    <button type="button" class="letter__to" aria-expanded={isOpen} title={t("letter.particulars")} onClick={onToggle}>
      <span class="clip" dir="auto">
        {words}
      </span>
      <Icon name="down" size="s" />
    </button>
  );
}

function names(list: readonly Address[]): string {
  const shown = list.slice(0, list.length > NAMED + 1 ? NAMED : NAMED + 1).map((one) => one.name || one.address);
  const rest = list.length - shown.length;
  return rest > 0 ? t("letter.andMore", { names: shown.join(", "), n: rest }) : shown.join(", ");
}

export function Particulars({ item }: { item: Item }) {
  const rows: [string, readonly Address[]][] = [
    [t("letter.from"), item.from ? [item.from] : []],
    [t("letter.replyTo"), item.reply_to ? [item.reply_to] : []],
    [t("composer.toLabel"), item.to.length || !item.channel?.address ? item.to : [here(item.channel)]],
    [t("composer.cc"), item.cc],
    [t("composer.bcc"), item.bcc ?? []],
  ];
  return (
    <dl class="pairs letter__particulars">
      {rows
        .filter(([, list]) => list.length > 0)
        .map(([name, list]) => [
          <dt key={name}>{name}</dt>,
          <dd key={`${name} addresses`}>
            {list.map((one) => (
              <span key={one.address} class="letter__address" dir="auto">
                {one.name && <b>{one.name}</b>} <span dir="ltr">{one.address}</span>
              </span>
            ))}
          </dd>,
        ])}
      <dt>{t("letter.date")}</dt>
      <dd>{exact(item.occurred_at)}</dd>
      {item.subject && [
        <dt key="subject">{t("new.subject")}</dt>,
        <dd key="words" dir="auto">
          {item.subject}
        </dd>,
      ]}
    </dl>
  );
}

const here = (channel: { name: string; address: string | null }): Address => ({
  name: channel.name,
  address: channel.address ?? "",
});
