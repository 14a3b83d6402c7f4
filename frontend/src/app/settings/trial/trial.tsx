/** The pages for trying settings: what is fetched when somebody opens one. */

import { BacktestsPage } from "./backtests";
import { PolicyTestsPage } from "./tests";

export { useTrialLocale } from "./words";
export const pages = { tests: PolicyTestsPage, backtests: BacktestsPage };
