/** The live board's own catalogue of words, fetched with it. */

import { signal } from "@preact/signals";
import { type Text, type Values, phrase } from "../../lib/i18n";
import { en } from "../../lib/locales/board.en";

export type Word = keyof typeof en;
export type BoardCatalogue = Record<Word, Text>;

const LOADERS: Record<string, () => Promise<{ catalogue: BoardCatalogue }>> = {
  de: () => import("../../lib/locales/board.de"),
  es: () => import("../../lib/locales/board.es"),
  ar: () => import("../../lib/locales/board.ar"),
};

const catalogue = signal<BoardCatalogue>(en);

/** Follows the language that the app has; English where there is no translation. */
export async function useBoardLocale(tag: string): Promise<void> {
  const loaded = await LOADERS[tag.split("-")[0] ?? "en"]?.();
  catalogue.value = loaded?.catalogue ?? en;
}

/** The text for `key`; `values.n` also chooses the plural form. */
export function w(key: Word, values: Values = {}): string {
  return phrase(catalogue.value[key] ?? en[key], values);
}
