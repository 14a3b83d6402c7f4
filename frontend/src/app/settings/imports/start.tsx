/** What to import, from where, and how it is taken. */

import { useState } from "preact/hooks";
import { count, t } from "../../../lib/i18n";
import { reasonOf } from "../../../lib/store/reason";
import type { ChannelSettings } from "../channels/data";
import { Labelled, Line } from "../labelled";
import { Failure, fieldErrors } from "../parts";
import { w } from "../words";
import { type Mailbox, type MailImport, type Options, startFromFiles, startFromMailbox } from "./data";

interface StartProps {
  channel: ChannelSettings;
  onStarted(one: MailImport): void;
  onCancel?(): void;
}

const PLAIN: Options = { dry_run: false, skip_automatic: false, open_days: 0, own_addresses: [], sent: false };
const MAILBOX: Mailbox = { host: "", port: 993, security: "tls", user: "", password: "", folders: ["INBOX"] };

export function StartImport({ channel, onStarted, onCancel }: StartProps) {
  const hasOwn = channel.config.receive_by === "imap";
  const [source, setSource] = useState<"mbox" | "own" | "imap">("mbox");
  const [files, setFiles] = useState<readonly File[]>([]);
  const [mailbox, setMailbox] = useState(MAILBOX);
  const [options, setOptions] = useState(PLAIN);
  const [sent, setSent] = useState<number | null>(null);
  const [isBusy, setBusy] = useState(false);
  const [failure, setFailure] = useState("");
  const start = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    if (source === "mbox" && !files.length) return setFailure(w("import.noFile"));
    setBusy(true);
    setFailure("");
    try {
      const { folders, ...account } = mailbox;
      if (source === "mbox") onStarted(await startFromFiles(channel.id, files, options, setSent));
      else
        onStarted(
          await startFromMailbox(channel.id, source === "own" ? { folders } : { ...account, folders }, options),
        );
    } catch (error) {
      const reasons = Object.values(fieldErrors(error));
      setFailure(reasons.length ? reasons.join(" ") : reasonOf(error));
      setBusy(false);
      setSent(null);
    }
  };
  const put = (change: Partial<Options>): void => setOptions({ ...options, ...change });
  const account = (change: Partial<Mailbox>): void => setMailbox({ ...mailbox, ...change });
  const sources = hasOwn ? (["mbox", "own", "imap"] as const) : (["mbox", "imap"] as const);
  return (
    <form class="form" noValidate onSubmit={(event) => void start(event)}>
      <fieldset class="radios">
        <legend>{w("import.source")}</legend>
        {sources.map((one) => (
          <label key={one}>
            <input type="radio" name="source" checked={source === one} onChange={() => setSource(one)} />
            <span>{w(`import.${one}`)}</span>
          </label>
        ))}
      </fieldset>
      {source === "mbox" && (
        <Labelled label={w("import.files")} hint={w("import.filesHint")}>
          {(bound) => (
            <input
              {...bound}
              class="input"
              type="file"
              multiple
              accept=".mbox,.mbx,application/mbox,text/plain"
              onChange={(event) => setFiles([...(event.currentTarget.files ?? [])])}
            />
          )}
        </Labelled>
      )}
      {source === "imap" && (
        <>
          <Line
            label={w("import.host")}
            isLtr
            value={mailbox.host}
            onInput={(host) => account({ host })}
            placeholder="imap.example.com"
          />
          <Line
            label={w("import.port")}
            isNumber
            value={String(mailbox.port)}
            onInput={(port) => account({ port: Number(port) || 0 })}
          />
          <Line label={w("import.user")} isLtr value={mailbox.user} onInput={(user) => account({ user })} />
          <Line
            label={w("import.password")}
            isLtr
            value={mailbox.password}
            isSecret
            onInput={(password) => account({ password })}
          />
        </>
      )}
      {source !== "mbox" && (
        <Labelled label={w("import.folders")} hint={w("import.perLine")}>
          {(bound) => (
            <textarea
              {...bound}
              class="input"
              rows={3}
              dir="ltr"
              defaultValue={mailbox.folders.join("\n")}
              onInput={(event) => account({ folders: lines(event.currentTarget.value) })}
            />
          )}
        </Labelled>
      )}
      <Line
        label={w("import.openDays")}
        hint={w("import.openDaysHint")}
        isNumber
        value={String(options.open_days)}
        onInput={(days) => put({ open_days: Number(days) || 0 })}
      />
      <Labelled label={w("import.ownAddresses")} hint={w("import.ownAddressesHint")}>
        {(bound) => (
          <textarea
            {...bound}
            class="input"
            rows={2}
            dir="ltr"
            onInput={(event) => put({ own_addresses: lines(event.currentTarget.value) })}
          />
        )}
      </Labelled>
      <Switch label={w("import.sent")} isOn={options.sent} onChange={(sent) => put({ sent })} />
      <Switch
        label={w("import.skipAutomatic")}
        isOn={options.skip_automatic}
        onChange={(skip_automatic) => put({ skip_automatic })}
      />
      <Switch label={w("import.dryRun")} isOn={options.dry_run} onChange={(dry_run) => put({ dry_run })} />
      <div class="savebar">
        <button type="submit" class="btn btn--primary btn--large" disabled={isBusy}>
          {options.dry_run ? w("import.tryOut") : w("import.start")}
        </button>
        {onCancel && (
          <button type="button" class="btn btn--large" disabled={isBusy} onClick={onCancel}>
            {t("act.cancel")}
          </button>
        )}
        {sent !== null && (
          <p class="quiet" role="status">
            {t("files.progress", { n: count(Math.round(sent * 100)) })}
          </p>
        )}
        {failure && <Failure text={failure} />}
      </div>
    </form>
  );
}

const lines = (text: string): string[] =>
  text
    .split(/[\n,]/)
    .map((line) => line.trim())
    .filter(Boolean);

function Switch({ label, isOn, onChange }: { label: string; isOn: boolean; onChange(isOn: boolean): void }) {
  return (
    <label class="switch">
      <input type="checkbox" role="switch" checked={isOn} onChange={(event) => onChange(event.currentTarget.checked)} />
      {label}
    </label>
  );
}
