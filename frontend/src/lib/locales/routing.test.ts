/** The routing pages' translations: no word is missing or unknown, and no value is lost on the way. */

import assert from "node:assert/strict";
import { test } from "node:test";
import type { RoutingCatalogue } from "../../app/settings/routing/words";
import type { Text } from "../i18n";
import { catalogue as ar } from "./routing.ar";
import { catalogue as de } from "./routing.de";
import { en } from "./routing.en";
import { catalogue as es } from "./routing.es";

const names = (text: Text): string[] =>
  [...new Set((typeof text === "string" ? text : text.other).match(/\{\w+\}/g) ?? [])].sort();

for (const [language, words] of Object.entries({ de, es, ar }) as [string, RoutingCatalogue][]) {
  test(`${language} has every word of the routing pages, with the same values in it`, () => {
    assert.deepEqual(Object.keys(words).sort(), Object.keys(en).sort());
    for (const key of Object.keys(en) as (keyof typeof en)[]) assert.deepEqual(names(words[key]), names(en[key]), key);
  });
}
