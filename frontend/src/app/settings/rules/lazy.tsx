/** The places of the pages of rules and macros: their code, texts and styles come when somebody opens one. */

import type { ComponentType } from "preact";
import { locale } from "../../../lib/i18n";
import { loadStyles } from "../../styles";
import { fetched } from "../fetched";
import type { pages } from "./rules";

type Pages = typeof pages;

async function load(): Promise<Pages> {
  const [rules, routing] = await Promise.all([
    import("./rules"),
    import("../routing/routing"),
    loadStyles("routing"),
    loadStyles("rules"),
  ]);
  await Promise.all([rules.useRulesLocale(locale.peek()), routing.useRoutingLocale(locale.peek())]);
  return rules.pages;
}

/** The page of this name, as a section's component. */
export const rulesPage = (name: keyof Pages): ComponentType<{ rest: readonly string[] }> =>
  fetched(() => load().then((pages) => pages[name]));
