/** The editor of conditions for other pages: its code and texts come when one is shown. */

import { locale } from "../../../lib/i18n";
import { loadStyles } from "../../styles";
import { fetched } from "../fetched";
import type { ConditionsEditorProps } from "./editor";

/** Edits conditions; `vocabulary` comes from `loadVocabulary`. */
export const ConditionsEditor = fetched<ConditionsEditorProps>(async () => {
  const [editor, words] = await Promise.all([import("./editor"), import("./words"), loadStyles("rules")]);
  await words.useRulesLocale(locale.peek());
  return editor.ConditionsEditor;
});
