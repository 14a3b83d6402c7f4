/** Files on their way into a reply: progress and cancel while they go up, remove once they are there. */

import { useRef, useState } from "preact/hooks";
import { t } from "../../lib/i18n";
import { fileSize } from "../../lib/names";
import { changeDraft, draft } from "../../lib/store/drafts";
import { reasonOf } from "../../lib/store/reason";
import { type Upload, upload } from "../../lib/upload";
import type { Id } from "../../lib/types";
import { Icon } from "../../ui/icons";
import { Ring } from "../../ui/ring";
import { iconOfType } from "../thread/attachments";

interface Going {
  key: number;
  name: string;
  type: string;
  share: number;
  failure: string;
  upload: Upload | null;
}

export interface FilesState {
  going: readonly Going[];
  isBusy: boolean;
  add(list: FileList | null | undefined): void;
  cancel(key: number): void;
}

/** Uploads what is added and puts it into the conversation's draft; `largest` is what the channel takes, in bytes. */
export function useFiles(id: Id, largest: number | null): FilesState {
  const [going, setGoing] = useState<readonly Going[]>([]);
  const last = useRef(0);
  const change = (key: number, part: Partial<Going> | null): void =>
    setGoing((old) => old.flatMap((one) => (one.key !== key ? [one] : part ? [{ ...one, ...part }] : [])));

  const start = (file: File): void => {
    const key = ++last.current;
    if (largest !== null && file.size > largest) {
      const failure = t("files.tooLarge", { size: fileSize(largest) });
      return setGoing((old) => [...old, { key, name: file.name, type: file.type, share: 0, failure, upload: null }]);
    }
    const started = upload(file, (share) => change(key, { share }));
    setGoing((old) => [...old, { key, name: file.name, type: file.type, share: 0, failure: "", upload: started }]);
    started.done.then(
      (attachment) => {
        change(key, null);
        changeDraft(id, { attachments: [...draft(id).peek().attachments, attachment] });
      },
      (error: unknown) => change(key, started.isCancelled() ? null : { failure: reasonOf(error), upload: null }),
    );
  };
  return {
    going,
    isBusy: going.some((one) => one.upload !== null),
    add: (list) => [...(list ?? [])].forEach(start),
    cancel: (key) => {
      going.find((one) => one.key === key)?.upload?.cancel();
      change(key, null);
    },
  };
}

export function Files({ id, files }: { id: Id; files: FilesState }) {
  const { attachments } = draft(id).value;
  if (!attachments.length && !files.going.length) return null;
  const remove = (attachment: Id): void =>
    changeDraft(id, { attachments: attachments.filter((one) => one.id !== attachment) });
  return (
    <ul class="files composer__files">
      {attachments.map((file) => (
        <li key={file.id} class="file">
          <Icon name={iconOfType(file.content_type)} size="s" />
          <span class="clip" dir="auto">
            {file.filename}
          </span>
          <small>{fileSize(file.size)}</small>
          <Remove label={t("files.remove", { name: file.filename })} onClick={() => remove(file.id)} />
        </li>
      ))}
      {files.going.map((one) => (
        <li key={one.key} class="file" data-failed={one.failure ? "" : undefined}>
          {one.failure ? (
            <Icon name="alert" size="s" />
          ) : (
            <Ring
              state="live"
              share={one.share}
              size="s"
              label={t("files.progress", { n: Math.round(one.share * 100) })}
            />
          )}
          <span class="clip" dir="auto">
            {one.name}
          </span>
          {one.failure && <small role="alert">{one.failure}</small>}
          <Remove
            label={t(one.failure ? "files.remove" : "files.cancel", { name: one.name })}
            onClick={() => files.cancel(one.key)}
          />
        </li>
      ))}
    </ul>
  );
}

function Remove({ label, onClick }: { label: string; onClick(): void }) {
  return (
    <button type="button" class="file__remove" aria-label={label} title={label} onClick={onClick}>
      <Icon name="close" size="s" />
    </button>
  );
}

export function FilePicker({ onPick }: { onPick(files: FileList | null): void }) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <button
        type="button"
        class="btn btn--ghost btn--icon"
        aria-label={t("composer.attach")}
        title={t("composer.attach")}
        onClick={() => input.current?.click()}
      >
        <Icon name="clip" />
      </button>
      <input
        ref={input}
        type="file"
        multiple
        hidden
        tabIndex={-1}
        aria-label={t("composer.attach")}
        onChange={(event) => (onPick(event.currentTarget.files), (event.currentTarget.value = ""))}
      />
    </>
  );
}
