/** A chat message or SMS: theirs at the start, ours at the end of the line. */

import { useState } from "preact/hooks";
import { t } from "../../lib/i18n";
import { firstName } from "../../lib/names";
import { myId } from "../../lib/store/session";
import { clock, exact } from "../../lib/time";
import type { Item } from "../../lib/types";
import { classes } from "../../ui/classes";
import { Icon, iconOfKind } from "../../ui/icons";
import { channelName } from "../channels";
import { Amendments, TakenBack } from "./amended";
import { Attachments } from "./attachments";
import { Deliveries, worst } from "./deliveries";
import { MessageMenu, Rewrite } from "./messagemenu";
import { Prose } from "./prose";
import { QuarantineNotice } from "./quarantine";
import { Reactions } from "./reactions";
import { RichParts } from "./rich";

export function Bubble({ item, follows }: { item: Item; follows: boolean }) {
  const [isRewritten, setRewritten] = useState(false);
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
      <div class="turn__said">
        <Said item={item} isRewritten={isRewritten} onDone={() => setRewritten(false)} />
        {!isRewritten && <MessageMenu item={item} name={name} onEdit={() => setRewritten(true)} />}
      </div>
      <RichParts item={item} />
      <Attachments files={item.attachments} />
      <Reactions item={item} />
      <Amendments item={item} />
      {isOut && <Deliveries item={item} />}
    </article>
  );
}

/** The words: as they are, being changed, or gone. */
function Said({ item, isRewritten, onDone }: { item: Item; isRewritten: boolean; onDone: () => void }) {
  if (item.deleted_at) return <TakenBack item={item} />;
  if (isRewritten) return <Rewrite item={item} onDone={onDone} />;
  if (!item.text) return null;
  return (
    <div class="bubble" dir="auto">
      <Prose text={item.text} />
    </div>
  );
}
