/** The pages of what the hub does by itself and what agents do with one choice: fetched when somebody opens one. */

import { MacrosPage } from "../macros/page";
import { RulesPage } from "./page";

export { useRulesLocale } from "../conditions/words";
export const pages = { rules: RulesPage, macros: MacrosPage };
