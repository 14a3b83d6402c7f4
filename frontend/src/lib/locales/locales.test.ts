/** Translations: no key is missing or unknown, and no value is lost on the way. */

import assert from "node:assert/strict";
import { test } from "node:test";
import type { Catalogue, Key, Text } from "../i18n";
import { catalogue as ar } from "./ar";
import { catalogue as de } from "./de";
import { en } from "./en";
import { catalogue as es } from "./es";

/** Names of products and the like are the same in every language. */
const SHARED = /^channel\./;
const names = (text: Text): string[] =>
  [...new Set((typeof text === "string" ? text : text.other).match(/\{\w+\}/g) ?? [])].sort();

for (const [language, catalogue] of Object.entries({ de, es, ar }) as [string, Catalogue][]) {
  test(`${language} has every text, with the same values in it`, () => {
    for (const key of Object.keys(en) as Key[]) {
      const text = catalogue[key];
      if (text === undefined) assert.match(key, SHARED, `${language} lacks ${key}`);
      else assert.deepEqual(names(text), names(en[key]), key);
    }
  });
}
