/** Who else gets the mail: a line of addresses, opened when wanted. */

import { t } from "../../lib/i18n";
import { changeDraft } from "../../lib/store/drafts";
import type { Id } from "../../lib/types";

const ADDRESS = /[^\s,;<>"]+@[^\s,;<>"]+/g;

/** The addresses in a line such as "Ana <ana@x.test>, bo@y.test". */
export function addressesOf(line: string): string[] {
  return [...new Set(line.match(ADDRESS) ?? [])];
}

export function CcField({ id, value, onLeave }: { id: Id; value: string; onLeave(): void }) {
  const isWrong = value.trim() !== "" && addressesOf(value).length === 0;
  return (
    <div class="composer__cc">
      <label for="composer-cc">{t("composer.cc")}</label>
      <input
        id="composer-cc"
        type="text"
        inputmode="email"
        autocomplete="off"
        spellcheck={false}
        value={value}
        aria-invalid={isWrong}
        placeholder={t("composer.ccPlaceholder")}
        onInput={(event) => changeDraft(id, { cc: event.currentTarget.value })}
        autofocus
        onBlur={() => value || onLeave()}
      />
    </div>
  );
}
