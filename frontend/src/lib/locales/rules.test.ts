/** The translations of rules and macros: no word is missing or unknown, and no value is lost. */

import assert from "node:assert/strict";
import { test } from "node:test";
import type { RulesCatalogue } from "../../app/settings/conditions/words";
import type { Text } from "../i18n";
import { catalogue as ar } from "./rules.ar";
import { catalogue as de } from "./rules.de";
import { en } from "./rules.en";
import { catalogue as es } from "./rules.es";

const names = (text: Text): string[] =>
  [...new Set((typeof text === "string" ? text : text.other).match(/\{\w+\}/g) ?? [])].sort();

for (const [language, words] of Object.entries({ de, es, ar }) as [string, RulesCatalogue][]) {
  test(`${language} has every word of rules and macros, with the same values in it`, () => {
    assert.deepEqual(Object.keys(words).sort(), Object.keys(en).sort());
    for (const key of Object.keys(en) as (keyof typeof en)[]) assert.deepEqual(names(words[key]), names(en[key]), key);
  });
}
