/** What became of a message: changed, with its earlier words, taken back, or about to be. */

import { t } from "../../lib/i18n";
import { clock, exact } from "../../lib/time";
import type { Item } from "../../lib/types";
import { Icon } from "../../ui/icons";
import { Prose } from "./prose";

/** In place of the words of a message that was taken back. */
export function TakenBack({ item }: { item: Item }) {
  const at = item.deleted_at ?? item.occurred_at;
  return (
    <p class="bubble bubble--gone" title={exact(at)}>
      <Icon name="undo" size="s" />
      {t("message.deleted", { time: clock(at) })}
    </p>
  );
}

/** "Edited", which opens what the message said before; and what the provider has not done yet. */
export function Amendments({ item }: { item: Item }) {
  const edits = item.edits ?? [];
  return (
    <>
      {item.pending && (
        <span class="ticks" data-state="sending">
          <Icon name="clock" size="s" />
          {t(item.pending.what === "edit" ? "message.editing" : "message.deleting")}
        </span>
      )}
      {item.edited_at && !item.deleted_at && (
        <details class="edits">
          <summary title={exact(item.edited_at)}>{t("message.edited", { time: clock(item.edited_at) })}</summary>
          <ol>
            {edits.map((edit) => (
              <li key={edit.at}>
                <time dateTime={edit.at} title={exact(edit.at)}>
                  {clock(edit.at)}
                </time>
                <Prose text={edit.text} />
              </li>
            ))}
          </ol>
        </details>
      )}
    </>
  );
}
