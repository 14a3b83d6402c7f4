/** Running a macro: its deeds are done and told, its text comes back for the composer. */

import { t } from "../../lib/i18n";
import { changeDraft, draft } from "../../lib/store/drafts";
import { type Macro, runMacro } from "../../lib/store/macros";
import { reasonOf } from "../../lib/store/reason";
import { say } from "../../lib/store/toasts";
import type { Id } from "../../lib/types";
import { focusComposer } from "./begin";

type Named = Pick<Macro, "id" | "name">;

/** Does what the macro does and says so. Answers with its text, filled for this conversation. Throws what `api` throws. */
export async function macroText(conversation: Id, { id, name }: Named): Promise<string> {
  const { text, did, errors } = await runMacro(conversation, id);
  const words = [...did.filter((one) => one.changed).map((one) => one.text), ...errors].join(", ");
  if (words) say(t("macro.done", { name, words }), errors.length ? { tone: "failure" } : {});
  return text;
}

/** Runs it from outside the composer: its text goes behind what is written there already. */
export async function runInComposer(conversation: Id, macro: Named): Promise<void> {
  try {
    const text = await macroText(conversation, macro);
    if (!text) return;
    const { reply } = draft(conversation).peek();
    changeDraft(conversation, { reply: reply.trim() ? `${reply.trimEnd()}\n\n${text}` : text });
    focusComposer(conversation, "reply");
  } catch (error) {
    say(t("act.failed", { reason: reasonOf(error) }), { tone: "failure" });
  }
}
