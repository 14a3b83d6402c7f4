/** Where one answers: reply on paper, note on note paper; the channel decides what else there is. */

import { useEffect, useRef, useState } from "preact/hooks";
import { t } from "../../lib/i18n";
import { type Draft, type Mode, changeDraft, draft } from "../../lib/store/drafts";
import { outbox, send } from "../../lib/store/outbox";
import { timeline } from "../../lib/store/timelines";
import type { ChannelRef, Conversation } from "../../lib/types";
import { Icon } from "../../ui/icons";
import { Kbd } from "../../ui/kbd";
import { resolve } from "../acts";
import { answerChannels, capabilitiesOf, lengthOf, routeOf } from "../channels";
import { sayTyping, stopTyping } from "../line";
import { CcField, addressesOf } from "./cc";
import { ChannelMenu } from "./channel";
import { Files, useFiles } from "./files";
import { Guard } from "./guard";

export const COMPOSER_ID = "composer-text";

export function Composer({ one }: { one: Conversation }) {
  const held = draft(one.id).value;
  const options = answerChannels(one.channels, one.contact);
  const channel = options.find((ref) => ref.id === held.channelId) ?? options[0] ?? null;
  const isNote = held.mode === "note";
  const text = held[held.mode];
  const area = useRef<HTMLTextAreaElement>(null);
  const files = useFiles(one.id, capabilitiesOf(channel?.id)?.file_limit ?? null);
  const [isOver, setOver] = useState(false);
  const [isCcOpen, setCc] = useState(false);
  const hasCc = isCcOpen || held.cc !== "";
  const can = capabilitiesOf(channel?.id);
  const room = isNote || can?.text_limit == null ? null : can.text_limit - lengthOf(text, can.text_unit);
  const mayCopy = !isNote && channel !== null && can?.cc === true;
  const guarded = outbox.value.find((entry) => entry.conversationId === one.id && entry.state === "guarded");
  const canSend =
    (room === null || room >= 0) &&
    (text.trim() !== "" || (!isNote && held.attachments.length > 0)) &&
    !files.isBusy &&
    (isNote || channel !== null);

  useEffect(() => grow(area.current), [text, held.mode]);

  const submit = (thenResolve = false): void => {
    if (!canSend) return;
    post(one, held, channel);
    stopTyping(one.id);
    if (thenResolve && !isNote) resolve(one.id);
    area.current?.focus();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const isSend = event.key === "Enter" && (event.ctrlKey || event.metaKey) && !event.isComposing;
    if (isSend) submit(event.shiftKey);
    else if (event.key === "Escape") area.current?.blur();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const onDrop = (event: DragEvent): void => {
    event.preventDefault();
    setOver(false);
    files.add(event.dataTransfer?.files);
  };
  const onPaste = (event: ClipboardEvent): void => {
    if (!event.clipboardData?.files.length) return;
    event.preventDefault();
    files.add(event.clipboardData.files);
  };
  const onInput = (value: string): void => {
    changeDraft(one.id, { [held.mode]: value });
    if (!isNote) sayTyping();
  };
  const label = isNote
    ? t("composer.noteLabel")
    : t("composer.replyLabel", { route: channel ? routeOf(channel, one.contact) : "" });

  return (
    <>
      <form
        class="composer"
        data-mode={held.mode}
        data-over={isOver || undefined}
        aria-label={t("composer.label")}
        onSubmit={(event) => (event.preventDefault(), submit())}
        onDragOver={(event) => (event.preventDefault(), setOver(true))}
        onDragLeave={() => setOver(false)}
        onDrop={onDrop}
      >
        <div class="composer__top">
          <Modes mode={held.mode} onChoose={(mode) => (changeDraft(one.id, { mode }), area.current?.focus())} />
          {isNote ? (
            <span class="composer__private clip">{t("composer.private")}</span>
          ) : (
            <ChannelMenu conversation={one} options={options} chosen={channel} />
          )}
          {mayCopy && !hasCc && (
            <button type="button" class="composer__cc-open" onClick={() => setCc(true)}>
              {t("composer.addCc")}
            </button>
          )}
        </div>
        {mayCopy && hasCc && <CcField id={one.id} value={held.cc} onLeave={() => setCc(false)} />}
        <label class="vh" for={COMPOSER_ID}>
          {label}
        </label>
        <textarea
          ref={area}
          id={COMPOSER_ID}
          class="composer__text"
          rows={2}
          dir="auto"
          value={text}
          spellcheck
          placeholder={isNote ? t("composer.notePlaceholder") : t("composer.replyPlaceholder")}
          aria-keyshortcuts="Control+Enter"
          onInput={(event) => onInput(event.currentTarget.value)}
          onKeyDown={onKeyDown}
          onPaste={onPaste}
          onBlur={() => stopTyping(one.id)}
        />
        {!isNote && <Files id={one.id} files={files} />}
        <div class="composer__foot">
          {!isNote && (can?.files ?? 0) > 0 && <FilePicker onPick={files.add} />}
          <Count room={room} isUploading={files.isBusy} />
          <button type="submit" class="btn btn--primary" disabled={!canSend}>
            {isNote ? t("composer.addNote") : t("composer.send")} <Kbd keys="Mod+Enter" />
          </button>
        </div>
        {isOver && (
          <div class="composer__drop" aria-hidden="true">
            <Icon name="clip" />
            {t("composer.drop")}
          </div>
        )}
      </form>
      {guarded && <Guard entry={guarded} />}
    </>
  );
}

function Modes({ mode, onChoose }: { mode: Mode; onChoose(mode: Mode): void }) {
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

function FilePicker({ onPick }: { onPick(files: FileList | null): void }) {
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

function post(one: Conversation, held: Draft, channel: ChannelRef | null): void {
  const isNote = held.mode === "note";
  const seenSeq = timeline(one.id).items.peek().at(-1)?.seq ?? one.last_seq;
  send({
    conversationId: one.id,
    kind: isNote ? "note" : "message",
    text: held[held.mode].trim(),
    channel: isNote ? null : channel,
    cc: isNote || channel?.kind !== "email" ? [] : addressesOf(held.cc),
    attachments: isNote ? [] : held.attachments,
    seenSeq,
  });
  changeDraft(one.id, isNote ? { note: "", mode: "reply" } : { reply: "", attachments: [], cc: "" });
}

/** The field grows with its text up to a third of the window, where the browser does not do it by itself. */
function grow(area: HTMLTextAreaElement | null): void {
  if (!area || CSS.supports("field-sizing", "content")) return;
  area.style.blockSize = "auto";
  area.style.blockSize = `${Math.min(area.scrollHeight, innerHeight / 3)}px`;
}

/** What is left of the channel's room, once it gets short. */
const SHORT = 200;

function Count({ room, isUploading }: { room: number | null; isUploading: boolean }) {
  const words = isUploading
    ? t("composer.uploading")
    : room === null || room > SHORT
      ? ""
      : room < 0
        ? t("composer.over", { n: -room })
        : t("composer.left", { n: room });
  return (
    <span class="composer__count" role="status" data-over={room !== null && room < 0 ? "" : undefined}>
      {words}
    </span>
  );
}

/** Puts the cursor in the composer, in the mode asked for. */
export function focusComposer(id: string, mode: Mode): void {
  changeDraft(id, { mode });
  const focus = (): void => document.getElementById(COMPOSER_ID)?.focus();
  // At once, so that the next key is text already; and again where the pane comes to the front only now.
  focus();
  requestAnimationFrame(focus);
}
