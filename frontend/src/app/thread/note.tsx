/** A note: another paper, ruled at the start; it never leaves the hub. */

import { t } from "../../lib/i18n";
import { myId } from "../../lib/store/session";
import { clock, exact } from "../../lib/time";
import type { Item } from "../../lib/types";
import { Icon } from "../../ui/icons";
import { Attachments } from "./attachments";
import { Prose } from "./prose";

export function NoteItem({ item }: { item: Item }) {
  return (
    <article class="item note">
      <div class="item__head">
        <span class="item__who">{item.author.id === myId.value ? t("author.you") : item.author.name}</span>
        <span class="item__via">
          <Icon name="lock" size="s" />
          {t("note.private")}
        </span>
        <span class="push" />
        <time dateTime={item.occurred_at} title={exact(item.occurred_at)}>
          {clock(item.occurred_at)}
        </time>
      </div>
      <Prose text={item.text} />
      <Attachments files={item.attachments} />
    </article>
  );
}
