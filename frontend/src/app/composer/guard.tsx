/** Something came in while one wrote: read it first, or send all the same. */

import { t } from "../../lib/i18n";
import { initials } from "../../lib/names";
import { changeDraft, draft } from "../../lib/store/drafts";
import { type Outgoing, discard, resend } from "../../lib/store/outbox";
import { age } from "../../lib/time";
import type { Item } from "../../lib/types";
import { Avatar } from "../../ui/avatar";
import { Dialog } from "../../ui/dialog";
import { Icon, iconOfKind } from "../../ui/icons";
import { channelName } from "../channels";
import { focusComposer } from "./begin";

export function Guard({ entry }: { entry: Outgoing }) {
  const id = entry.conversationId;
  const review = (): void => {
    const written = draft(id).peek().reply;
    changeDraft(id, {
      reply: [entry.text, written].filter(Boolean).join("\n\n"),
      attachments: entry.attachments,
      ...(entry.recipients ?? {}),
      channelId: entry.channel?.id ?? null,
    });
    discard(entry.clientId);
    focusComposer(id, "reply");
  };
  return (
    <Dialog
      title={t("guard.title", { n: entry.missed.length })}
      lead={t("guard.lead")}
      onClose={review}
      foot={
        <>
          <button type="button" class="btn btn--primary btn--large" autofocus onClick={review}>
            {t("guard.review")}
          </button>
          <button type="button" class="btn btn--large" onClick={() => resend(entry.clientId, true)}>
            {t("guard.send")}
          </button>
          <span class="push quiet">{t("guard.kept")}</span>
        </>
      }
    >
      <div class="dialog__body">
        <ul class="missed">
          {entry.missed.map((item) => (
            <Missed key={item.id} item={item} />
          ))}
        </ul>
        <div class="draft" dir="auto">
          <b>{t("guard.yours")}</b>
          {entry.text}
        </div>
      </div>
    </Dialog>
  );
}

function Missed({ item }: { item: Item }) {
  const isNote = item.kind === "note";
  return (
    <li>
      <Avatar letters={initials(item.author.name)} />
      <span class="strong">
        {item.author.name}
        <span class="item__via">
          <Icon name={isNote ? "lock" : iconOfKind(item.channel?.kind)} size="s" />
          {isNote ? t("composer.note") : item.channel ? channelName(item.channel.kind) : ""}
        </span>
      </span>
      <time dateTime={item.occurred_at}>{age(item.occurred_at)}</time>
      <p dir="auto">{item.text}</p>
    </li>
  );
}
