/** The promises' pages, fetched together, with the editors that they share with rules. */

export { useRulesLocale } from "../conditions/words";
export { PromisesPage } from "./page";
