/** A chat message or SMS: theirs at the start, ours at the end of the line. */

import { t } from "../../lib/i18n";
import { firstName } from "../../lib/names";
import { myId } from "../../lib/store/session";
import { clock, exact } from "../../lib/time";
import type { Item } from "../../lib/types";
import { classes } from "../../ui/classes";
import { Icon, iconOfKind } from "../../ui/icons";
import { channelName } from "../channels";
import { Attachments } from "./attachments";
import { Deliveries, worst } from "./deliveries";
import { Prose } from "./prose";
import { QuarantineNotice } from "./quarantine";

export function Bubble({ item, follows }: { item: Item; follows: boolean }) {
  const isOut = item.direction === "outbound";
  const isFailed = isOut && worst(item)?.isFailure === true;
  const name = item.author.id === myId.value ? t("author.you") : firstName(item.author.name);
  return (
    <article
      class={classes("item turn", isOut && "turn--out", isFailed && "turn--failed", follows && "turn--follows")}
      aria-label={`${name}, ${clock(item.occurred_at)}`}
    >
      {!follows && (
        <div class="turn__meta">
          <span class="item__who">{name}</span>
          <span class="item__via">
            <Icon name={iconOfKind(item.channel?.kind)} size="s" />
            {item.channel ? channelName(item.channel.kind) : ""}
          </span>
          <time dateTime={item.occurred_at} title={exact(item.occurred_at)}>
            {clock(item.occurred_at)}
          </time>
        </div>
      )}
      {item.quarantined && <QuarantineNotice id={item.id} />}
      {item.text && (
        <div class="bubble" dir="auto">
          <Prose text={item.text} />
        </div>
      )}
      <Attachments files={item.attachments} />
      {isOut && <Deliveries item={item} />}
    </article>
  );
}
