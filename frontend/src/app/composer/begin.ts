/** Ways to begin an answer: to everybody, to the sender alone, or by handing a message on. */

import { type Mode, type Scope, changeDraft } from "../../lib/store/drafts";
import type { Id, Item } from "../../lib/types";

export const COMPOSER_ID = "composer-text";

/** Puts the cursor in the composer, in the mode asked for. */
export function focusComposer(id: Id, mode: Mode): void {
  changeDraft(id, { mode });
  focusOn(COMPOSER_ID);
}

/** An answer to everybody, or to whoever wrote; what was changed by hand is forgotten. */
export function answer(id: Id, scope: Scope): void {
  changeDraft(id, { scope, to: null, cc: null, forwardOf: null });
  focusComposer(id, "reply");
}

/** Hands a message on: the cursor waits where one says to whom. */
export function forward(item: Item): void {
  changeDraft(item.conversation_id, { mode: "reply", forwardOf: item.id, to: [], cc: [], bcc: [] });
  focusOn("composer-to");
}

function focusOn(element: string): void {
  const focus = (): void => document.getElementById(element)?.focus();
  // At once, so that the next key is text already; and again where the pane comes to the front only now.
  focus();
  requestAnimationFrame(focus);
}
