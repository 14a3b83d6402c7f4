/** The places of the routing pages in the settings: their code, texts and styles come when somebody opens one. */

import type { ComponentType } from "preact";
import { locale } from "../../../lib/i18n";
import { loadStyles } from "../../styles";
import { fetched } from "../fetched";
import type { pages } from "./routing";

type Props = { rest: readonly string[] };
type Page = ComponentType<Props>;
type Name = keyof typeof pages | "promises";

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
  return page;
}

/** The page of this name, as a section's component. */
export const routingPage = (name: Name): Page => fetched(() => load(name));
