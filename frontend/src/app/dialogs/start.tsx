/** Starting a conversation: by which channel, to whom, what, with which files. */

import { useState } from "preact/hooks";
import { isAddress } from "../../lib/addresses";
import { api } from "../../lib/api";
import { t } from "../../lib/i18n";
import { put } from "../../lib/store/conversations";
import { EMPTY, changeDraft, draft } from "../../lib/store/drafts";
import { reasonOf } from "../../lib/store/reason";
import { channels } from "../../lib/store/session";
import type { Address, Channel, Conversation } from "../../lib/types";
import { Dialog } from "../../ui/dialog";
import { Icon } from "../../ui/icons";
import { AddressField } from "../composer/addressfield";
import { FilePicker, Files, useFiles } from "../composer/files";
import { closeOverlay } from "../overlay";
import { openConversation } from "../panes";

/** The draft under which files wait that belong to no conversation yet. */
const DRAFT = "new";

/** Channels by which one can write first; a chat, say, is begun by its visitor. */
const startable = () =>
  channels.value.filter(
    ({ capabilities, state }) => capabilities.can_start && state !== "draft" && state !== "disabled",
  );

export function StartDialog() {
  const options = startable();
  return options.length ? <StartForm options={options} /> : <NoChannel />;
}

function StartForm({ options }: { options: readonly Channel[] }) {
  const [channel, setChannel] = useState<Channel | undefined>(options[0]);
  const [people, setPeople] = useState<{ to: Address[]; cc: Address[]; bcc: Address[] }>({ to: [], cc: [], bcc: [] });
  const [hasCopies, setCopies] = useState(false);
  const [failure, setFailure] = useState("");
  const [isBusy, setBusy] = useState(false);
  const can = channel?.capabilities;
  const files = useFiles(DRAFT, can?.file_limit ?? null);
  const all = [...people.to, ...people.cc, ...people.bcc];
  const canSend = people.to.length > 0 && !isBusy && !files.isBusy && (!can?.cc || all.every(isRight));

  const submit = async (event: SubmitEvent & { currentTarget: HTMLFormElement }): Promise<void> => {
    event.preventDefault();
    const { subject = "", text = "" } = Object.fromEntries(new FormData(event.currentTarget)) as Record<string, string>;
    if (!canSend || !channel) return;
    setBusy(true);
    setFailure("");
    const plain = (list: readonly Address[]): string[] => list.map((one) => one.address);
    const attached = draft(DRAFT)
      .peek()
      .attachments.map((file) => file.id);
    try {
      const one = await api.post<Conversation>("/conversations", {
        channel_id: channel.id,
        to: plain(people.to),
        ...(can?.cc ? { cc: plain(people.cc), bcc: plain(people.bcc) } : {}),
        subject,
        text,
        attachment_ids: attached,
        client_id: crypto.randomUUID(),
      });
      put(one);
      changeDraft(DRAFT, EMPTY);
      closeOverlay();
      openConversation(one.number);
    } catch (error) {
      setFailure(reasonOf(error));
      setBusy(false);
    }
  };

  return (
    <Dialog title={t("new.title")} onClose={closeOverlay} kind="mail">
      <form onSubmit={(event) => void submit(event)}>
        <div class="dialog__body">
          <label class="field">
            <span>{t("new.channel")}</span>
            <select
              class="input"
              name="channel_id"
              value={channel?.id}
              onChange={(event) => setChannel(options.find((one) => one.id === event.currentTarget.value))}
            >
              {options.map((one) => (
                <option key={one.id} value={one.id}>
                  {one.name}
                  {one.address ? ` · ${one.address}` : ""}
                </option>
              ))}
            </select>
          </label>
          <div class="input input--addresses">
            <AddressField
              id="new-to"
              label={t("new.to")}
              value={people.to}
              shouldFocus
              isRequired
              onChange={(to) => setPeople({ ...people, to })}
            />
            {hasCopies && (
              <>
                <AddressField
                  label={t("composer.cc")}
                  value={people.cc}
                  onChange={(cc) => setPeople({ ...people, cc })}
                />
                <AddressField
                  label={t("composer.bcc")}
                  value={people.bcc}
                  onChange={(bcc) => setPeople({ ...people, bcc })}
                />
              </>
            )}
            {can?.cc && !hasCopies && (
              <button type="button" class="recipients__copies" onClick={() => setCopies(true)}>
                {t("composer.addCopies")}
              </button>
            )}
          </div>
          {can?.subject !== false && (
            <label class="field">
              <span>{t("new.subject")}</span>
              <input class="input" name="subject" required maxLength={200} dir="auto" />
            </label>
          )}
          <label class="field">
            <span>{t("new.text")}</span>
            <textarea class="input" name="text" required rows={8} dir="auto" />
          </label>
          <Files id={DRAFT} files={files} />
          {failure && (
            <p class="fielderr" role="alert">
              <Icon name="alert" size="s" />
              {failure}
            </p>
          )}
        </div>
        <div class="dialog__foot">
          <button type="submit" class="btn btn--primary btn--large" disabled={!canSend}>
            {t("new.send")}
          </button>
          <button type="button" class="btn btn--large" onClick={closeOverlay}>
            {t("act.cancel")}
          </button>
          {(can?.files ?? 0) > 0 && (
            <span class="push">
              <FilePicker onPick={files.add} />
            </span>
          )}
        </div>
      </form>
    </Dialog>
  );
}

const isRight = (one: Address): boolean => isAddress(one.address);

function NoChannel() {
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
