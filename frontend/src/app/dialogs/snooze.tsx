/** Snoozing until a moment one picks. */

import { useState } from "preact/hooks";
import { t } from "../../lib/i18n";
import { Dialog } from "../../ui/dialog";
import { snooze } from "../acts";
import { currentId } from "../current";
import { closeOverlay } from "../overlay";

export function SnoozeDialog() {
  const [value, setValue] = useState(tomorrow());
  const at = new Date(value);
  const isFuture = at.getTime() > Date.now();
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    const id = currentId.peek();
    closeOverlay();
    if (id) snooze(id, at);
  };
  return (
    <Dialog title={t("snooze.title")} lead={t("snooze.lead")} onClose={closeOverlay}>
      <form onSubmit={submit}>
        <div class="dialog__body">
          <label class="field">
            <span>{t("snooze.until")}</span>
            <input
              class="input"
              type="datetime-local"
              required
              autofocus
              value={value}
              min={local(new Date())}
              onInput={(event) => setValue(event.currentTarget.value)}
            />
          </label>
        </div>
        <div class="dialog__foot">
          <button type="submit" class="btn btn--primary btn--large" disabled={!isFuture}>
            {t("act.snooze")}
          </button>
          <button type="button" class="btn btn--large" onClick={closeOverlay}>
            {t("act.cancel")}
          </button>
        </div>
      </form>
    </Dialog>
  );
}

function tomorrow(): string {
  const date = new Date();
  date.setDate(date.getDate() + 1);
  date.setHours(9, 0, 0, 0);
  return local(date);
}

/** The form that datetime-local fields take: 2026-11-21T09:00 in the browser's zone. */
function local(date: Date): string {
  return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}
