/** The toasts at the foot of the list; a ring drains while an act can still be taken back. */

import { t } from "../lib/i18n";
import { type Toast, dismiss, toasts } from "../lib/store/toasts";
import { Icon } from "./icons";
import { Kbd } from "./kbd";
import { Ring } from "./ring";

export function Toasts() {
  return (
    <div class="toasts" role="status">
      {toasts.value.map((toast) => (
        <ToastLine key={toast.id} toast={toast} />
      ))}
    </div>
  );
}

function ToastLine({ toast }: { toast: Toast }) {
  const undo = (): void => {
    dismiss(toast.id);
    toast.undo?.();
  };
  return (
    <div class="toast" data-tone={toast.tone}>
      {toast.undo ? <Ring state="live" share={1} /> : <Icon name={toast.tone === "failure" ? "alert" : "check"} />}
      <span>{toast.text}</span>
      {toast.undo ? (
        <button type="button" class="btn" onClick={undo}>
          {t("act.undo")} <Kbd keys="z" />
        </button>
      ) : (
        <button
          type="button"
          class="btn btn--ghost btn--icon"
          aria-label={t("act.close")}
          onClick={() => dismiss(toast.id)}
        >
          <Icon name="close" size="s" />
        </button>
      )}
    </div>
  );
}
