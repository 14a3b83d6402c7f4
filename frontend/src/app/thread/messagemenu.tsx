/** What an agent may do to a message on channels that can: react, change it, take it back. */

import { useEffect, useRef, useState } from "preact/hooks";
import { api } from "../../lib/api";
import { t } from "../../lib/i18n";
import { reasonOf } from "../../lib/store/reason";
import { putItem } from "../../lib/store/timelines";
import { say } from "../../lib/store/toasts";
import type { Item } from "../../lib/types";
import { Icon } from "../../ui/icons";
import { type Choice, Menu } from "../../ui/menu";
import { capabilitiesOf } from "../channels";
import { react } from "./reactions";

const USUAL = ["👍", "❤️", "😂", "🙏", "✅"];

/** Empty where the channel can do none of it, or the message has not left yet. */
export function messageChoices(item: Item, onEdit: () => void): Choice[] {
  const can = capabilitiesOf(item.channel?.id);
  if (!can || item.deleted_at || item.pending) return [];
  const isOurs = item.direction === "outbound";
  const hasLeft = !isOurs || item.deliveries.some((one) => ["sent", "delivered", "read"].includes(one.status));
  if (!hasLeft) return [];
  const choices: Choice[] = [];
  if (can.react_out)
    for (const emoji of can.reactions?.length ? can.reactions.slice(0, 8) : USUAL)
      choices.push({ key: emoji, label: t("reaction.add", { emoji }), run: () => void react(item, emoji, false) });
  if (isOurs && can.edit_out)
    choices.push({ key: "edit", label: t("act.edit"), icon: "pen", startsGroup: true, run: onEdit });
  if (isOurs && can.delete_out)
    choices.push({ key: "delete", label: t("message.takeBack"), icon: "undo", run: () => void takeBack(item) });
  return choices;
}

export function MessageMenu({ item, name, onEdit }: { item: Item; name: string; onEdit: () => void }) {
  const choices = messageChoices(item, onEdit);
  if (!choices.length) return null;
  return (
    <Menu
      label={t("letter.menu", { name })}
      isIcon
      title={t("act.more")}
      class="btn btn--ghost btn--icon turn__menu"
      button={<Icon name="more" size="s" />}
      choices={choices}
    />
  );
}

/** The words of a message of ours, to be changed; Ctrl-Enter saves, Escape leaves them. */
export function Rewrite({ item, onDone }: { item: Item; onDone: () => void }) {
  const field = useRef<HTMLTextAreaElement>(null);
  const [isBusy, setBusy] = useState(false);
  useEffect(() => field.current?.focus(), []);
  const save = async (): Promise<void> => {
    const text = field.current?.value.trim() ?? "";
    if (!text || text === item.text) return onDone();
    setBusy(true);
    try {
      putItem(await api.patch<Item>(`/messages/${item.id}`, { text }));
      onDone();
    } catch (error) {
      say(t("act.failed", { reason: reasonOf(error) }), { tone: "failure" });
      setBusy(false);
    }
  };
  return (
    <form
      class="rewrite"
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
      onKeyDown={(event) => {
        if (event.key === "Escape") onDone();
        else if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) void save();
        else return;
        event.stopPropagation();
        event.preventDefault();
      }}
    >
      <textarea
        ref={field}
        class="input"
        rows={3}
        dir="auto"
        aria-label={t("message.rewrite")}
        defaultValue={item.text}
      />
      <div class="btns">
        <button type="button" class="btn btn--ghost" onClick={onDone}>
          {t("act.cancel")}
        </button>
        <button type="submit" class="btn btn--primary" disabled={isBusy}>
          {t("message.saveEdit")}
        </button>
      </div>
    </form>
  );
}

async function takeBack(item: Item): Promise<void> {
  try {
    await api.delete(`/messages/${item.id}`);
  } catch (error) {
    say(t("act.failed", { reason: reasonOf(error) }), { tone: "failure" });
  }
}
