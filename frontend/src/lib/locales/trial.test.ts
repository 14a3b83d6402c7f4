/** The translations of the pages that try settings: no word is missing or unknown, and no value is lost. */

import assert from "node:assert/strict";
import { test } from "node:test";
import type { TrialCatalogue } from "../../app/settings/trial/words";
import type { Text } from "../i18n";
import { catalogue as ar } from "./trial.ar";
import { catalogue as de } from "./trial.de";
import { en } from "./trial.en";
import { catalogue as es } from "./trial.es";

const names = (text: Text): string[] =>
  [...new Set((typeof text === "string" ? text : text.other).match(/\{\w+\}/g) ?? [])].sort();

for (const [language, words] of Object.entries({ de, es, ar }) as [string, TrialCatalogue][]) {
  test(`${language} has every word of the pages that try settings, with the same values in it`, () => {
    assert.deepEqual(Object.keys(words).sort(), Object.keys(en).sort());
    for (const key of Object.keys(en) as (keyof typeof en)[]) assert.deepEqual(names(words[key]), names(en[key]), key);
  });
}
