/** What an agent can do, held against what work asks for. */

import { t } from "../../lib/i18n";
import type { Agent, Requirement } from "../../lib/types";

/** "French 7, Bikes 3 (5 is asked)". */
export function skillsInWords(held: NonNullable<Agent["skills"]>, wanted: readonly Requirement[]): string {
  return held
    .map(({ skill_id: id, name, level }) => {
      const asked = wanted.find(({ skill }) => skill === id)?.level ?? 0;
      return asked > level ? t("skill.short", { name, level, asked }) : t("skill.has", { name, level });
    })
    .join(", ");
}
