/** Over the text of a mail that is handed on: which one, with how many files. */

import { t } from "../../lib/i18n";
import { timeline } from "../../lib/store/timelines";
import { clock } from "../../lib/time";
import type { Id } from "../../lib/types";
import { Icon } from "../../ui/icons";
import { answer } from "./begin";

export function Forwarding({ id, message }: { id: Id; message: Id }) {
  const item = timeline(id).items.value.find((one) => one.id === message);
  if (!item) return null;
  const { length: files } = item.attachments.filter((file) => !file.inline || !file.content_id);
  return (
    <p class="forwarding">
      <Icon name="forward" size="s" turns />
      <span class="clip" dir="auto">
        {t("composer.forwarding", { name: item.author.name, time: clock(item.occurred_at) })}
        {files > 0 && ` · ${t("composer.files", { n: files })}`}
      </span>
      <button
        type="button"
        class="file__remove"
        aria-label={t("composer.notForward")}
        onClick={() => answer(id, "all")}
      >
        <Icon name="close" size="s" />
      </button>
    </p>
  );
}
