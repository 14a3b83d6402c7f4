/** One entry of the timeline in the shape of its kind: letter, bubble, note, or one grey line. */

import { memo } from "preact/compat";
import type { Item } from "../../lib/types";
import { Bubble } from "./bubble";
import { EventLine } from "./event";
import { Letter } from "./letter";
import { NoteItem } from "./note";

export const ItemView = memo(function ItemView({ item, follows }: { item: Item; follows: boolean }) {
  switch (item.kind) {
    case "note":
      return <NoteItem item={item} />;
    case "event":
    case "call":
      return <EventLine item={item} />;
    case "message":
      return isLetter(item) ? <Letter item={item} /> : <Bubble item={item} follows={follows} />;
  }
});

/** Mail is a letter, and so is anything that came as HTML. */
function isLetter(item: Item): boolean {
  return item.channel?.kind === "email" || Boolean(item.html);
}
