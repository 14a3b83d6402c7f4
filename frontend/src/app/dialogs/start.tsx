/** Starting a conversation: to whom, by which channel, what. */

import { useState } from "preact/hooks";
import { api } from "../../lib/api";
import { t } from "../../lib/i18n";
import { put } from "../../lib/store/conversations";
import { reasonOf } from "../../lib/store/reason";
import { channels } from "../../lib/store/session";
import type { Conversation } from "../../lib/types";
import { Dialog } from "../../ui/dialog";
import { Icon } from "../../ui/icons";
import { closeOverlay } from "../overlay";
import { openConversation } from "../panes";

/** Channels by which one can write first; a chat, say, is begun by its visitor. */
const startable = () => channels.value.filter((channel) => channel.capabilities.can_start);

export function StartDialog() {
  const options = startable();
  const [failure, setFailure] = useState("");
  const [isBusy, setBusy] = useState(false);
  const submit = async (event: SubmitEvent & { currentTarget: HTMLFormElement }): Promise<void> => {
    event.preventDefault();
    const fields = Object.fromEntries(new FormData(event.currentTarget)) as Record<string, string>;
    setBusy(true);
    setFailure("");
    try {
      const one = put(await api.post<Conversation>("/conversations", { ...fields, client_id: crypto.randomUUID() }));
      closeOverlay();
      openConversation(one.number);
    } catch (error) {
      setFailure(reasonOf(error));
      setBusy(false);
    }
  };
  if (!options.length) {
    return (
      <Dialog
        title={t("new.title")}
        lead={t("new.noChannel")}
        onClose={closeOverlay}
        foot={
          <button type="button" class="btn push" onClick={closeOverlay}>
            {t("act.close")}
          </button>
        }
      >
        {null}
      </Dialog>
    );
  }
  return (
    <Dialog title={t("new.title")} onClose={closeOverlay}>
      <form onSubmit={(event) => void submit(event)}>
        <div class="dialog__body">
          <label class="field">
            <span>{t("new.channel")}</span>
            <select class="input" name="channel_id">
              {options.map((one) => (
                <option key={one.id} value={one.id}>
                  {one.name}
                  {one.address ? ` · ${one.address}` : ""}
                </option>
              ))}
            </select>
          </label>
          <label class="field">
            <span>{t("new.to")}</span>
            <input class="input" name="to" type="email" required autofocus autocomplete="off" />
          </label>
          <label class="field">
            <span>{t("new.subject")}</span>
            <input class="input" name="subject" required maxLength={200} dir="auto" />
          </label>
          <label class="field">
            <span>{t("new.text")}</span>
            <textarea class="input" name="text" required rows={6} dir="auto" />
          </label>
          {failure && (
            <p class="fielderr" role="alert">
              <Icon name="alert" size="s" />
              {failure}
            </p>
          )}
        </div>
        <div class="dialog__foot">
          <button type="submit" class="btn btn--primary btn--large" disabled={isBusy}>
            {t("new.send")}
          </button>
          <button type="button" class="btn btn--large" onClick={closeOverlay}>
            {t("act.cancel")}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
