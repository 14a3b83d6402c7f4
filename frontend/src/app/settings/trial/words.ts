/** The catalogue of the pages for trying settings, in the viewer's language; fetched with them. */

import { signal } from "@preact/signals";
import { type Text, type Values, phrase } from "../../../lib/i18n";
import { en } from "../../../lib/locales/trial.en";

export type TrialWord = keyof typeof en;
export type TrialCatalogue = Record<TrialWord, Text>;

const LOADERS: Record<string, () => Promise<{ catalogue: TrialCatalogue }>> = {
  de: () => import("../../../lib/locales/trial.de"),
  es: () => import("../../../lib/locales/trial.es"),
  ar: () => import("../../../lib/locales/trial.ar"),
};

const catalogue = signal<TrialCatalogue>(en);

/** Follows the language that the app has; English where there is no translation. */
export async function useTrialLocale(tag: string): Promise<void> {
  const loaded = await LOADERS[tag.split("-")[0] ?? "en"]?.();
  catalogue.value = loaded?.catalogue ?? en;
}

/** The text for `key`; `values.n` also chooses the plural form. */
export function u(key: TrialWord, values: Values = {}): string {
  return phrase(catalogue.value[key] ?? en[key], values);
}
