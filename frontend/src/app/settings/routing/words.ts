/** The catalogue of the routing pages, in the viewer's language; fetched with them. */

import { signal } from "@preact/signals";
import { type Text, type Values, phrase } from "../../../lib/i18n";
import { en } from "../../../lib/locales/routing.en";

export type RoutingWord = keyof typeof en;
export type RoutingCatalogue = Record<RoutingWord, Text>;

const LOADERS: Record<string, () => Promise<{ catalogue: RoutingCatalogue }>> = {
  de: () => import("../../../lib/locales/routing.de"),
  es: () => import("../../../lib/locales/routing.es"),
  ar: () => import("../../../lib/locales/routing.ar"),
};

const catalogue = signal<RoutingCatalogue>(en);

/** Follows the language that the app has; English where there is no translation. */
export async function useRoutingLocale(tag: string): Promise<void> {
  const loaded = await LOADERS[tag.split("-")[0] ?? "en"]?.();
  catalogue.value = loaded?.catalogue ?? en;
}

/** The text for `key`; `values.n` also chooses the plural form. */
export function r(key: RoutingWord, values: Values = {}): string {
  return phrase(catalogue.value[key] ?? en[key], values);
}
