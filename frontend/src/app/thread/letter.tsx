/** A mail: who, to whom, what to beware of, the text or the shielded HTML, attachments, and how far it got. */

import { useState } from "preact/hooks";
import { t } from "../../lib/i18n";
import { initials } from "../../lib/names";
import { bareSubject } from "../../lib/quote";
import { conversation } from "../../lib/store/conversations";
import { myId } from "../../lib/store/session";
import { clock, exact } from "../../lib/time";
import type { Item } from "../../lib/types";
import { Avatar } from "../../ui/avatar";
import { classes } from "../../ui/classes";
import { Icon } from "../../ui/icons";
import { Menu } from "../../ui/menu";
import { Amendments, TakenBack } from "./amended";
import { Attachments } from "./attachments";
import { Deliveries, worst } from "./deliveries";
import { InvitationCard } from "./invitation";
import { HtmlBody, TextBody } from "./lettertext";
import { Particulars, Recipients } from "./particulars";
import { QuarantineNotice } from "./quarantine";
import { Reactions } from "./reactions";
import { RichParts } from "./rich";
import { Signature } from "./signature";
import { letterChoices } from "./verbs";
import { Warnings } from "./warnings";

export function Letter({ item }: { item: Item }) {
  const [isPlain, setPlain] = useState(false);
  const [isDetailed, setDetailed] = useState(false);
  const isOut = item.direction === "outbound";
  const isMe = item.author.id !== null && item.author.id === myId.value;
  const isFailed = isOut && worst(item)?.isFailure === true;
  const name = isMe ? t("author.you") : item.author.name;
  return (
    <article class={classes("item letter", isOut && "letter--out", isFailed && "letter--failed")}>
      <header class="letter__head">
        <Avatar letters={initials(item.author.name)} isMe={isMe} />
        <div class="letter__who">
          <span class="item__who clip" dir="auto">
            {name}
          </span>
          <Recipients item={item} isOpen={isDetailed} onToggle={() => setDetailed(!isDetailed)} />
        </div>
        <span class="item__via">
          {item.automatic && <span class="tag">{t("letter.automatic")}</span>}
          <Icon name="mail" size="s" />
          <span class="vh">{t("channel.email")}</span>
          <time dateTime={item.occurred_at} title={exact(item.occurred_at)}>
            {clock(item.occurred_at)}
          </time>
          <Menu
            label={t("letter.menu", { name })}
            isIcon
            title={t("act.more")}
            class="btn btn--ghost btn--icon letter__menu"
            button={<Icon name="more" />}
            choices={letterChoices(item, isPlain, () => setPlain(!isPlain))}
          />
        </span>
      </header>
      {isDetailed && <Particulars item={item} />}
      <Heading item={item} />
      {item.quarantined && <QuarantineNotice id={item.id} />}
      <Warnings item={item} />
      <InvitationCard item={item} />
      {item.deleted_at ? (
        <TakenBack item={item} />
      ) : item.html && !isPlain ? (
        <HtmlBody item={item} />
      ) : (
        <TextBody item={item} />
      )}
      <RichParts item={item} />
      <Reactions item={item} />
      <Amendments item={item} />
      <Signature signature={item.signature ?? null} />
      <Foot item={item} isOut={isOut} />
    </article>
  );
}

/** What this mail is about, where that is not what the conversation is about; and that it was handed on. */
function Heading({ item }: { item: Item }) {
  const about = bareSubject(conversation(item.conversation_id)?.value.subject ?? "");
  const own = bareSubject(item.subject ?? "");
  const isOther = own !== "" && own.toLowerCase() !== about.toLowerCase();
  if (!isOther && !item.forward_of_id && !item.forwarded_from) return null;
  const { forwarded_from: from } = item;
  return (
    <div class="letter__about">
      {item.forward_of_id && (
        <span class="fact">
          <Icon name="forward" size="s" turns />
          {t("letter.forwarded")}
        </span>
      )}
      {from && (
        <span class="fact" dir="auto">
          <Icon name="forward" size="s" turns />
          {t("letter.writtenBy", { name: from.name ? `${from.name} <${from.address}>` : from.address })}
        </span>
      )}
      {isOther && (
        <b class="clip" dir="auto">
          {item.subject}
        </b>
      )}
    </div>
  );
}

function Foot({ item, isOut }: { item: Item; isOut: boolean }) {
  const hasFiles = item.attachments.some((file) => !file.inline || !file.content_id);
  if (!hasFiles && !(isOut && item.deliveries.length)) return null;
  return (
    <footer class="letter__foot">
      <Attachments files={item.attachments} />
      {isOut && <Deliveries item={item} />}
    </footer>
  );
}
