/** By which channel the answer goes, named in words and switchable in place. */

import { t } from "../../lib/i18n";
import { changeDraft } from "../../lib/store/drafts";
import type { ChannelRef, Conversation } from "../../lib/types";
import { Icon, iconOfKind } from "../../ui/icons";
import { Menu } from "../../ui/menu";
import { capabilitiesOf, routeOf } from "../channels";

interface ChannelMenuProps {
  conversation: Conversation;
  options: readonly ChannelRef[];
  chosen: ChannelRef | null;
}

export function ChannelMenu({ conversation: one, options, chosen }: ChannelMenuProps) {
  if (!chosen) return <span class="composer__channel">{t("composer.noChannel")}</span>;
  // A mail names its recipients itself; what matters is from which mailbox it goes.
  const nameOf = (channel: ChannelRef): string =>
    capabilitiesOf(channel.id)?.cc ? channel.name : routeOf(channel, one.contact);
  const words = nameOf(chosen);
  const face = (
    <>
      <Icon name={iconOfKind(chosen.kind)} />
      <span class="clip">{words}</span>
    </>
  );
  if (options.length < 2)
    return (
      <span class="composer__channel" title={chosen.address ?? chosen.name}>
        {face}
      </span>
    );
  return (
    <Menu
      label={t("composer.channel")}
      class="composer__channel"
      button={
        <>
          {face}
          <Icon name="down" size="s" />
        </>
      }
      choices={options.map((channel) => ({
        key: channel.id,
        label: nameOf(channel),
        hint: channel.address ?? channel.name,
        icon: iconOfKind(channel.kind),
        isChosen: channel.id === chosen.id,
        run: () => changeDraft(one.id, { channelId: channel.id }),
      }))}
    />
  );
}
