/** The catalogue of words: t("key", {n: 3}) in the viewer's language, English where a translation is missing. */

import { signal } from "@preact/signals";
import { en } from "./locales/en";

/** A text with {names} in it, or one per plural category of Intl.PluralRules, chosen by `n`. */
export type Text = string | ({ other: string } & Partial<Record<Intl.LDMLPluralRule, string>>);
export type Key = keyof typeof en;
export type Catalogue = Partial<Record<Key, Text>>;
export type Values = Record<string, string | number>;

/** Languages beside English are fetched only when somebody reads them. */
const LOADERS: Record<string, () => Promise<{ catalogue: Catalogue }>> = {
  de: () => import("./locales/de"),
  es: () => import("./locales/es"),
  ar: () => import("./locales/ar"),
};
const RIGHT_TO_LEFT = new Set(["ar", "fa", "he", "ur"]);

const words = signal<Catalogue>(en);
export const locale = signal("en");
let plurals = new Intl.PluralRules("en");

/** The text for `key`; `values.n` also chooses the plural form. Reading it in a component follows the language. */
export function t(key: Key, values: Values = {}): string {
  return phrase(words.value[key] ?? en[key], values);
}

/** A text of any catalogue with its values filled in; `values.n` also chooses the plural form. */
export function phrase(text: Text, values: Values = {}): string {
  return fill(typeof text === "string" ? text : choose(text, Number(values.n ?? 0)), values);
}

function choose(text: Exclude<Text, string>, n: number): string {
  return text[plurals.select(n)] ?? text.other;
}

function fill(text: string, values: Values): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = values[name];
    if (value === undefined) return whole;
    return typeof value === "number" ? count(value) : value;
  });
}

/** A whole number in the viewer's notation. */
export function count(n: number): string {
  return new Intl.NumberFormat(locale.value).format(n);
}

export function directionOf(tag: string): "rtl" | "ltr" {
  return RIGHT_TO_LEFT.has(tag.split("-")[0] ?? "") ? "rtl" : "ltr";
}

/** Switches language and writing direction. Unknown languages keep English words but format dates their way. */
export async function useLocale(tag: string): Promise<void> {
  const language = tag.split("-")[0] ?? "en";
  const loaded = await LOADERS[language]?.();
  words.value = loaded ? { ...en, ...loaded.catalogue } : en;
  plurals = new Intl.PluralRules(loaded ? tag : "en");
  locale.value = tag;
  document.documentElement.lang = loaded ? tag : "en";
  document.documentElement.dir = loaded ? directionOf(tag) : "ltr";
}
