/** The places of the pages of rules and macros: their code, texts and styles come when somebody opens one. */

import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";
import { locale } from "../../../lib/i18n";
import { loadStyles } from "../../styles";
import { type Loaded, Waiting } from "../parts";
import type { pages } from "./rules";

type Pages = typeof pages;
type Props = { rest: readonly string[] };

let held: Pages | null = null;

async function load(): Promise<Pages> {
  const [rules, routing] = await Promise.all([
    import("./rules"),
    import("../routing/routing"),
    loadStyles("routing"),
    loadStyles("rules"),
  ]);
  await Promise.all([rules.useRulesLocale(locale.peek()), routing.useRoutingLocale(locale.peek())]);
  held = rules.pages;
  return held;
}

/** The page of this name, as a section's component. */
export function rulesPage(name: keyof Pages): ComponentType<Props> {
  return function RulesPlace(props: Props) {
    const [loaded, setLoaded] = useState<Loaded<Pages>>(held ? { state: "ready", value: held } : { state: "loading" });
    const fetch = (): void => {
      void load().then(
        (value) => setLoaded({ state: "ready", value }),
        (error: unknown) => setLoaded({ state: "failed", error }),
      );
    };
    useEffect(() => {
      if (!held) fetch();
    }, []);
    if (loaded.state !== "ready") return <Waiting of={loaded} retry={fetch} />;
    const Page = loaded.value[name];
    return <Page {...props} />;
  };
}
