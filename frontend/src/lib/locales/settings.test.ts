/** The settings' translations: no word is missing or unknown, and no value is lost on the way. */

import assert from "node:assert/strict";
import { test } from "node:test";
import type { SettingsCatalogue } from "../../app/settings/words";
import type { Text } from "../i18n";
import { catalogue as ar } from "./settings.ar";
import { catalogue as de } from "./settings.de";
import { en } from "./settings.en";
import { catalogue as es } from "./settings.es";

const names = (text: Text): string[] =>
  [...new Set((typeof text === "string" ? text : text.other).match(/\{\w+\}/g) ?? [])].sort();

for (const [language, { words, forms }] of Object.entries({ de, es, ar }) as [string, SettingsCatalogue][]) {
  test(`${language} has every word of the settings, with the same values in it`, () => {
    assert.deepEqual(Object.keys(words).sort(), Object.keys(en).sort());
    for (const key of Object.keys(en) as (keyof typeof en)[]) assert.deepEqual(names(words[key]), names(en[key]), key);
  });
  test(`${language} translates the same connectors' words as German`, () => {
    assert.deepEqual(Object.keys(forms).sort(), Object.keys(de.forms).sort());
  });
}
