/** The editor of conditions for other pages: its code and texts come when one is shown. */

import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";
import { locale } from "../../../lib/i18n";
import { loadStyles } from "../../styles";
import { type Loaded, Waiting } from "../parts";
import type { ConditionsEditorProps } from "./editor";

type Editor = ComponentType<ConditionsEditorProps>;

async function load(): Promise<Editor> {
  const [{ ConditionsEditor: Editor }, words] = await Promise.all([
    import("./editor"),
    import("./words"),
    loadStyles("rules"),
  ]);
  await words.useRulesLocale(locale.peek());
  return Editor;
}

/** Edits conditions; `vocabulary` comes from `loadVocabulary`. */
export function ConditionsEditor(props: ConditionsEditorProps) {
  const [loaded, setLoaded] = useState<Loaded<Editor>>({ state: "loading" });
  const fetch = (): void => {
    void load().then(
      (value) => setLoaded({ state: "ready", value }),
      (error: unknown) => setLoaded({ state: "failed", error }),
    );
  };
  useEffect(fetch, []);
  if (loaded.state !== "ready") return <Waiting of={loaded} retry={fetch} />;
  const Editor = loaded.value;
  return <Editor {...props} />;
}
