/** A message on its way: there in the next frame, sending until the server has it, or failed with the reason. */

import { t } from "../../lib/i18n";
import { type Outgoing, discard, resend } from "../../lib/store/outbox";
import { changeDraft, draft } from "../../lib/store/drafts";
import { myId } from "../../lib/store/session";
import { clock } from "../../lib/time";
import { classes } from "../../ui/classes";
import { AgentAvatar } from "../../ui/avatar";
import { Icon } from "../../ui/icons";
import { Attachments } from "./attachments";
import { Prose } from "./prose";

export function OutgoingView({ entry }: { entry: Outgoing }) {
  const isFailed = entry.state === "failed";
  const files = entry.attachments.map((file) => file.filename).join(", ");
  if (entry.kind === "note") {
    return (
      <article class={classes("item note", !isFailed && "note--sending")}>
        <div class="item__head">
          <span class="item__who">{t("author.you")}</span>
          <span class="item__via">
            <Icon name="lock" size="s" />
            {t("note.private")}
          </span>
        </div>
        <Prose text={entry.text} />
        {isFailed && <Failure entry={entry} />}
      </article>
    );
  }
  if (entry.channel?.kind === "email") return <OutgoingLetter entry={entry} />;
  return (
    <article class={classes("item turn turn--out", isFailed ? "turn--failed" : "turn--sending")}>
      <div class="bubble" dir="auto">
        <Prose text={entry.text || files} />
      </div>
      <Standing entry={entry} />
    </article>
  );
}

function OutgoingLetter({ entry }: { entry: Outgoing }) {
  const isFailed = entry.state === "failed";
  return (
    <article class={classes("item letter letter--out", isFailed ? "letter--failed" : "letter--sending")}>
      <header class="letter__head">
        <AgentAvatar id={myId.value} />
        <div class="letter__who">
          <span class="item__who">{t("author.you")}</span>
        </div>
        <span class="item__via">
          <Icon name="mail" size="s" />
          <time dateTime={entry.at}>{clock(entry.at)}</time>
        </span>
      </header>
      <div class="letter__body">
        <Prose text={entry.text} />
      </div>
      <footer class="letter__foot">
        <Attachments files={entry.attachments} />
        <Standing entry={entry} />
      </footer>
    </article>
  );
}

function Standing({ entry }: { entry: Outgoing }) {
  if (entry.state === "failed") return <Failure entry={entry} />;
  return (
    <span class="ticks" data-state="sending">
      <Icon name="clock" size="s" />
      {entry.state === "guarded" ? t("delivery.waiting") : t("delivery.sending")}
    </span>
  );
}

function Failure({ entry }: { entry: Outgoing }) {
  const edit = (): void => {
    const field = entry.kind === "note" ? "note" : "reply";
    const written = draft(entry.conversationId).peek()[field];
    changeDraft(entry.conversationId, {
      mode: field,
      [field]: [entry.text, written].filter(Boolean).join("\n\n"),
      ...(entry.recipients ?? {}),
      ...(entry.kind === "message" ? { forwardOf: entry.forwardOf, attachments: entry.attachments } : {}),
    });
    discard(entry.clientId);
  };
  return (
    <div class="failure">
      <span class="fact">
        <Icon name="alert" size="s" />
        {t("delivery.notSent", { reason: entry.reason })}
      </span>
      <button type="button" class="btn btn--link" onClick={() => resend(entry.clientId)}>
        {t("act.retry")}
      </button>
      <button type="button" class="btn btn--link" onClick={edit}>
        {t("act.edit")}
      </button>
    </div>
  );
}
