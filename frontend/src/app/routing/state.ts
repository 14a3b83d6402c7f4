/** An agent's state in words. */

import { t } from "../../lib/i18n";
import { now, span } from "../../lib/time";
import type { Agent } from "../../lib/types";

type Standing = Pick<Agent, "state" | "since" | "reason">;

/** "Away", or the organization's own word for it: "Lunch". */
export const stateName = ({ state, reason }: Standing): string => reason || t(`presence.${state}`);

const MINUTE_MS = 60_000;

/** "Lunch · 12 min"; the first minute is not worth a word. */
export function stateWords(agent: Standing): string {
  const name = stateName(agent);
  const isSettled = agent.since !== null && now.value - Date.parse(agent.since) >= MINUTE_MS;
  return agent.since && isSettled ? t("state.for", { name, time: span(now.value - Date.parse(agent.since)) }) : name;
}
