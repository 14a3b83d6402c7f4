/** Ways from the board into the inbox. */

import { openConversation } from "../panes";

/** The click handler of a link to a conversation. */
export function toConversation({ number }: { number: number }) {
  return (event: MouseEvent): void => {
    if (event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    openConversation(number);
  };
}
