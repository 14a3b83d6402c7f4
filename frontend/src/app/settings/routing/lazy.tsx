/** The places of the routing pages in the settings: their code, texts and styles come when somebody opens one. */

import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";
import { locale } from "../../../lib/i18n";
import { loadStyles } from "../../styles";
import { type Loaded, Waiting } from "../parts";
import type { pages } from "./routing";

type Props = { rest: readonly string[] };
type Page = ComponentType<Props>;
type Name = keyof typeof pages | "promises";

const held = new Map<Name, Page>();

async function load(name: Name): Promise<Page> {
  const code =
    name === "promises"
      ? import("../promises/promises").then(async (chunk): Promise<Page> => {
          await Promise.all([chunk.useRulesLocale(locale.peek()), loadStyles("rules")]);
          return chunk.PromisesPage;
        })
      : import("./routing").then((chunk): Page => chunk.pages[name]);
  const [page, words] = await Promise.all([code, import("./words"), loadStyles("routing")]);
  await words.useRoutingLocale(locale.peek());
  held.set(name, page);
  return page;
}

/** The page of this name, as a section's component. */
export function routingPage(name: Name): Page {
  return function RoutingPlace(props: Props) {
    const here = held.get(name);
    const [loaded, setLoaded] = useState<Loaded<Page>>(here ? { state: "ready", value: here } : { state: "loading" });
    const fetch = (): void => {
      void load(name).then(
        (value) => setLoaded({ state: "ready", value }),
        (error: unknown) => setLoaded({ state: "failed", error }),
      );
    };
    useEffect(() => {
      if (!here) fetch();
    }, []);
    if (loaded.state !== "ready") return <Waiting of={loaded} retry={fetch} />;
    const Page = loaded.value;
    return <Page {...props} />;
  };
}
