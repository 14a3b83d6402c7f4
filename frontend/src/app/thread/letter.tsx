/** A mail: who, to whom, the text or the shielded HTML, quotes folded, attachments, and how far it got. */

import { useMemo } from "preact/hooks";
import { t } from "../../lib/i18n";
import { initials } from "../../lib/names";
import { splitQuote } from "../../lib/quote";
import { myId } from "../../lib/store/session";
import { clock, exact } from "../../lib/time";
import type { Address, Item } from "../../lib/types";
import { Avatar } from "../../ui/avatar";
import { classes } from "../../ui/classes";
import { Icon } from "../../ui/icons";
import { Attachments } from "./attachments";
import { Deliveries, worst } from "./deliveries";
import { splitHtml } from "./mailhtml";
import { MailFrame } from "./mailframe";
import { Prose } from "./prose";
import { QuarantineNotice } from "./quarantine";

export function Letter({ item }: { item: Item }) {
  const isOut = item.direction === "outbound";
  const isMe = item.author.id !== null && item.author.id === myId.value;
  const isFailed = isOut && worst(item)?.isFailure === true;
  return (
    <article class={classes("item letter", isOut && "letter--out", isFailed && "letter--failed")}>
      <header class="letter__head">
        <Avatar letters={initials(item.author.name)} isMe={isMe} />
        <div class="letter__who">
          <span class="item__who clip" dir="auto">
            {isMe ? t("author.you") : item.author.name}
          </span>
          <Recipients item={item} />
        </div>
        <span class="item__via">
          <Icon name="mail" size="s" />
          <span class="vh">{t("channel.email")}</span>
          <time dateTime={item.occurred_at} title={exact(item.occurred_at)}>
            {clock(item.occurred_at)}
          </time>
        </span>
      </header>
      {item.quarantined && <QuarantineNotice id={item.id} />}
      {item.html ? <HtmlBody html={item.html} author={item.author.name} /> : <TextBody text={item.text} />}
      <Foot item={item} isOut={isOut} />
    </article>
  );
}

function Recipients({ item }: { item: Item }) {
  // The hub leaves its own address out of an inbound mail's recipients.
  const to = item.to.length ? names(item.to) : (item.channel?.address ?? "");
  if (!to) return null;
  const words = item.cc.length ? t("letter.toCc", { to, cc: names(item.cc) }) : t("letter.to", { to });
  return (
    <span class="letter__to clip" title={words}>
      {words}
    </span>
  );
}

const names = (list: readonly Address[]): string => list.map((one) => one.name || one.address).join(", ");

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

function TextBody({ text }: { text: string }) {
  const { body, quote } = useMemo(() => splitQuote(text), [text]);
  return (
    <div class="letter__body">
      <Prose text={body} />
      {quote && (
        <Fold>
          <blockquote dir="auto">
            <Prose text={quote} />
          </blockquote>
        </Fold>
      )}
    </div>
  );
}

function HtmlBody({ html, author }: { html: string; author: string }) {
  const { body, quote, hasRemote } = useMemo(() => splitHtml(html), [html]);
  return (
    <>
      {hasRemote && (
        <p class="blocked">
          <Icon name="image" size="s" />
          <span>{t("letter.remote")}</span>
        </p>
      )}
      <div class="letter__body letter__body--html">
        <MailFrame html={body} title={t("letter.frame", { name: author })} />
        {quote && (
          <Fold>
            <MailFrame html={quote} title={t("letter.quoteFrame", { name: author })} />
          </Fold>
        )}
      </div>
    </>
  );
}

function Fold({ children }: { children: preact.ComponentChildren }) {
  return (
    <details class="quote">
      <summary aria-label={t("letter.showQuote")} title={t("letter.showQuote")}>
        <Icon name="more" size="s" />
      </summary>
      {children}
    </details>
  );
}
