/** The places of the pages for trying settings: their code, texts and styles come when somebody opens one. */

import type { ComponentType } from "preact";
import { locale } from "../../../lib/i18n";
import { loadStyles } from "../../styles";
import { fetched } from "../fetched";
import type { pages } from "./trial";

type Pages = typeof pages;

async function load(): Promise<Pages> {
  const [trial, routing] = await Promise.all([
    import("./trial"),
    import("../routing/routing"),
    loadStyles("routing"),
    loadStyles("trial"),
  ]);
  await Promise.all([trial.useTrialLocale(locale.peek()), routing.useRoutingLocale(locale.peek())]);
  return trial.pages;
}

/** The page of this name, as a section's component. */
export const trialPage = (name: keyof Pages): ComponentType<{ rest: readonly string[] }> =>
  fetched(() => load().then((pages) => pages[name]));
