/** Said over a message that could not be read in full: the raw one is safe. */

import { t } from "../../lib/i18n";
import type { Id } from "../../lib/types";
import { Icon } from "../../ui/icons";

export function QuarantineNotice({ id }: { id: Id }) {
  return (
    <p class="blocked">
      <Icon name="quarantine" size="s" />
      <span>{t("quarantine.item")}</span>
      <a class="push" href={`/api/v1/messages/${id}/original`} download>
        {t("quarantine.original")}
      </a>
    </p>
  );
}
