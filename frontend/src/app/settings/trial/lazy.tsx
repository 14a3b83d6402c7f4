/** The places of the pages for trying settings: their code, texts and styles come when somebody opens one. */

import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";
import { locale } from "../../../lib/i18n";
import { loadStyles } from "../../styles";
import { type Loaded, Waiting } from "../parts";
import type { pages } from "./trial";

type Pages = typeof pages;
type Props = { rest: readonly string[] };

let held: Pages | null = null;

async function load(): Promise<Pages> {
  const [trial, routing] = await Promise.all([
    import("./trial"),
    import("../routing/routing"),
    loadStyles("routing"),
    loadStyles("trial"),
  ]);
  await Promise.all([trial.useTrialLocale(locale.peek()), routing.useRoutingLocale(locale.peek())]);
  held = trial.pages;
  return held;
}

/** The page of this name, as a section's component. */
export function trialPage(name: keyof Pages): ComponentType<Props> {
  return function TrialPlace(props: Props) {
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
