/** The settings' own catalogue, and the connectors' words about their forms, in the viewer's language. */

import { signal } from "@preact/signals";
import { type Text, type Values, phrase } from "../../lib/i18n";
import { en } from "../../lib/locales/settings.en";

export type Word = keyof typeof en;
export interface SettingsCatalogue {
  words: Record<Word, Text>;
  /** What connectors say of their forms, by the English text that they say. */
  forms: Record<string, string>;
}

const LOADERS: Record<string, () => Promise<{ catalogue: SettingsCatalogue }>> = {
  de: () => import("../../lib/locales/settings.de"),
  es: () => import("../../lib/locales/settings.es"),
  ar: () => import("../../lib/locales/settings.ar"),
};

const catalogue = signal<SettingsCatalogue>({ words: en, forms: {} });

/** Follows the language that the app has; English where there is no translation. */
export async function useSettingsLocale(tag: string): Promise<void> {
  const loaded = await LOADERS[tag.split("-")[0] ?? "en"]?.();
  catalogue.value = loaded?.catalogue ?? { words: en, forms: {} };
}

/** The text for `key`; `values.n` also chooses the plural form. */
export function w(key: Word, values: Values = {}): string {
  return phrase(catalogue.value.words[key] ?? en[key], values);
}

/** A connector's words in the viewer's language; as they are where nobody has translated them. */
export function said(text: string): string {
  return catalogue.value.forms[text] ?? text;
}
