/** The catalogue of rules, macros and conditions, in the viewer's language; fetched with them. */

import { signal } from "@preact/signals";
import { type Text, type Values, phrase } from "../../../lib/i18n";
import { en } from "../../../lib/locales/rules.en";

export type RulesWord = keyof typeof en;
export type RulesCatalogue = Record<RulesWord, Text>;

const LOADERS: Record<string, () => Promise<{ catalogue: RulesCatalogue }>> = {
  de: () => import("../../../lib/locales/rules.de"),
  es: () => import("../../../lib/locales/rules.es"),
  ar: () => import("../../../lib/locales/rules.ar"),
};

const catalogue = signal<RulesCatalogue>(en);

/** Follows the language that the app has; English where there is no translation. */
export async function useRulesLocale(tag: string): Promise<void> {
  const loaded = await LOADERS[tag.split("-")[0] ?? "en"]?.();
  catalogue.value = loaded?.catalogue ?? en;
}

/** The text for `key`; `values.n` also chooses the plural form. */
export function v(key: RulesWord, values: Values = {}): string {
  return phrase(catalogue.value[key] ?? en[key], values);
}

/** The text for a key made of what the hub names; what it says itself where there is none. */
export function named(key: string, otherwise: string): string {
  return key in en ? v(key as RulesWord) : otherwise;
}
