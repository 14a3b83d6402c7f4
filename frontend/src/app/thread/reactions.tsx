/** Emoji under a message, each once with the names of those who put it there; a click adds or takes back one's own. */

import { api } from "../../lib/api";
import { t } from "../../lib/i18n";
import { reasonOf } from "../../lib/store/reason";
import { myId } from "../../lib/store/session";
import { putItem } from "../../lib/store/timelines";
import { say } from "../../lib/store/toasts";
import type { Item, Reaction } from "../../lib/types";
import { capabilitiesOf } from "../channels";

export function Reactions({ item }: { item: Item }) {
  const reactions = item.reactions ?? [];
  if (!reactions.length) return null;
  const mayReact = capabilitiesOf(item.channel?.id)?.react_out === true && !item.deleted_at;
  return (
    <ul class="reactions" aria-label={t("reaction.all")}>
      {[...grouped(reactions)].map(([emoji, by]) => {
        const isMine = by.some((one) => one.id === myId.value);
        const names = by.map((one) => (one.id === myId.value ? t("author.you") : one.name)).join(", ");
        return (
          <li key={emoji}>
            <button
              type="button"
              class="reaction"
              aria-pressed={isMine}
              disabled={!mayReact}
              title={names}
              aria-label={t("reaction.by", { emoji, names })}
              onClick={() => void react(item, emoji, isMine)}
            >
              {emoji}
              {by.length > 1 && <small>{by.length}</small>}
            </button>
          </li>
        );
      })}
    </ul>
  );
}

/** Puts an emoji on a message for this agent, or takes it back. */
export async function react(item: Item, emoji: string, removed: boolean): Promise<void> {
  try {
    putItem(await api.put<Item>(`/messages/${item.id}/reactions`, { emoji, removed }));
  } catch (error) {
    say(t("act.failed", { reason: reasonOf(error) }), { tone: "failure" });
  }
}

function grouped(reactions: readonly Reaction[]): Map<string, Reaction["by"][]> {
  const found = new Map<string, Reaction["by"][]>();
  for (const { emoji, by } of reactions) found.set(emoji, [...(found.get(emoji) ?? []), by]);
  return found;
}
