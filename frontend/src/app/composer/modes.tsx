/** Reply or note: two tabs, so that one always sees which of them one writes. */

import { t } from "../../lib/i18n";
import type { Mode } from "../../lib/store/drafts";
import { Icon } from "../../ui/icons";

export function Modes({ mode, onChoose }: { mode: Mode; onChoose(mode: Mode): void }) {
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
    event.preventDefault();
    onChoose(mode === "reply" ? "note" : "reply");
  };
  const tab = (key: Mode, words: string) => (
    <button
      type="button"
      role="tab"
      id={`tab-${key}`}
      aria-selected={mode === key}
      tabIndex={mode === key ? 0 : -1}
      title={`${words} (${key === "note" ? "n" : "r"})`}
      onClick={() => onChoose(key)}
    >
      {key === "note" && <Icon name="lock" size="s" />}
      {words}
    </button>
  );
  return (
    <div class="tabs" role="tablist" aria-label={t("composer.modes")} onKeyDown={onKeyDown}>
      {tab("reply", t("composer.reply"))}
      {tab("note", t("composer.note"))}
    </div>
  );
}
