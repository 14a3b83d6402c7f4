/** Where one answers: reply on paper, note on note paper; the channel decides what else there is. */

import { useEffect, useRef, useState } from "preact/hooks";
import { type Key, t } from "../../lib/i18n";
import { isAddress } from "../../lib/addresses";
import { type Draft, SENT, changeDraft, draft } from "../../lib/store/drafts";
import { outbox, send } from "../../lib/store/outbox";
import { timeline } from "../../lib/store/timelines";
import type { ChannelRef, Conversation } from "../../lib/types";
import { Icon } from "../../ui/icons";
import { Kbd } from "../../ui/kbd";
import { resolve } from "../acts";
import { answerChannels, capabilitiesOf, lengthOf, routeOf } from "../channels";
import { sayTyping, stopTyping } from "../line";
import { COMPOSER_ID } from "./begin";
import { Cautions } from "./cautions";
import { ChannelMenu } from "./channel";
import { FilePicker, Files, useFiles } from "./files";
import { Forwarding } from "./forwarding";
import { Guard } from "./guard";
import { Modes } from "./modes";
import { type Chosen, RecipientFields, chosenFor } from "./recipients";
import { TEMPLATE_LIST, TemplateList, useTemplates } from "./templates";
import { SignaturePreview } from "./underneath";

export function Composer({ one }: { one: Conversation }) {
  const held = draft(one.id).value;
  const options = answerChannels(one.channels, one.contact);
  const channel = options.find((ref) => ref.id === held.channelId) ?? options[0] ?? null;
  const isNote = held.mode === "note";
  const text = held[held.mode];
  const area = useRef<HTMLTextAreaElement>(null);
  const files = useFiles(one.id, capabilitiesOf(channel?.id)?.file_limit ?? null);
  const [isOver, setOver] = useState(false);
  const [isAddressing, setAddressing] = useState(false);
  const can = capabilitiesOf(channel?.id);
  const room = isNote || can?.text_limit == null ? null : can.text_limit - lengthOf(text, can.text_unit);
  const asMail = !isNote && isMail(channel);
  const chosen = chosenFor(one, held);
  const guarded = outbox.value.find((entry) => entry.conversationId === one.id && entry.state === "guarded");
  const canSend =
    (room === null || room >= 0) &&
    (text.trim() !== "" || (!isNote && (held.attachments.length > 0 || held.forwardOf !== null))) &&
    !files.isBusy &&
    (isNote || channel !== null) &&
    (!asMail || isComplete(chosen));

  useEffect(() => grow(area.current), [text, held.mode]);
  const templates = useTemplates(one.id, area, (whole, caret) => {
    changeDraft(one.id, { reply: whole });
    requestAnimationFrame(() => area.current?.setSelectionRange(caret, caret));
    area.current?.focus();
  });

  const submit = (thenResolve = false): void => {
    if (!canSend) return;
    post(one, held, channel, chosen);
    setAddressing(false);
    stopTyping(one.id);
    if (thenResolve && !isNote) resolve(one.id);
    area.current?.focus();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (templates.onKey(event)) return;
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
  const onInput = (field: HTMLTextAreaElement): void => {
    changeDraft(one.id, { [held.mode]: field.value });
    if (isNote) return;
    sayTyping();
    templates.look(field);
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
        </div>
        {asMail && (
          <RecipientFields
            conversation={one}
            held={held}
            chosen={chosen}
            isOpen={isAddressing}
            onOpen={setAddressing}
          />
        )}
        {asMail && held.forwardOf && <Forwarding id={one.id} message={held.forwardOf} />}
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
          placeholder={t(placeholderOf(held))}
          aria-keyshortcuts="Control+Enter"
          aria-controls={templates.found.length ? TEMPLATE_LIST : undefined}
          aria-activedescendant={templates.found.length ? `${TEMPLATE_LIST}-${templates.active}` : undefined}
          onInput={(event) => onInput(event.currentTarget)}
          onKeyDown={onKeyDown}
          onPaste={onPaste}
          onBlur={() => (stopTyping(one.id), templates.close())}
        />
        {!isNote && <TemplateList templates={templates} />}
        {asMail && channel && !held.forwardOf && <SignaturePreview id={one.id} channelId={channel.id} />}
        {asMail && <Cautions conversation={one} chosen={chosen} isForward={held.forwardOf !== null} />}
        {!isNote && <Files id={one.id} files={files} />}
        <div class="composer__foot">
          {!isNote && (can?.files ?? 0) > 0 && <FilePicker onPick={files.add} />}
          <Count room={room} isUploading={files.isBusy} />
          <button type="submit" class="btn btn--primary" disabled={!canSend}>
            {isNote ? t("composer.addNote") : t(held.forwardOf ? "composer.forward" : "composer.send")}{" "}
            <Kbd keys="Mod+Enter" />
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

function post(one: Conversation, held: Draft, channel: ChannelRef | null, chosen: Chosen): void {
  const isNote = held.mode === "note";
  const seenSeq = timeline(one.id).items.peek().at(-1)?.seq ?? one.last_seq;
  send({
    conversationId: one.id,
    kind: isNote ? "note" : "message",
    text: held[held.mode].trim(),
    channel: isNote ? null : channel,
    recipients: !isNote && isMail(channel) ? chosen : null,
    forwardOf: isNote ? null : held.forwardOf,
    attachments: isNote ? [] : held.attachments,
    seenSeq,
  });
  changeDraft(one.id, isNote ? { note: "", mode: "reply" } : SENT);
}

function placeholderOf({ mode, forwardOf }: Draft): Key {
  if (mode === "note") return "composer.notePlaceholder";
  return forwardOf ? "composer.forwardPlaceholder" : "composer.replyPlaceholder";
}

/** Mail names its recipients; on other channels there is only the one who wrote. */
const isMail = (channel: ChannelRef | null): boolean => capabilitiesOf(channel?.id)?.cc === true;

const isComplete = ({ to, cc, bcc }: Chosen): boolean =>
  to.length > 0 && [...to, ...cc, ...bcc].every((one) => isAddress(one.address));

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
