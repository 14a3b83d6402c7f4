/** A rule in one sentence, for lists. */

import { labelOf, type Vocabulary, fieldLabel, fieldOf, operatorLabel } from "../conditions/vocabulary";
import { type Part, isGroup, modeOf, needsValue, partsOf, read } from "../conditions/tree";
import { v } from "../conditions/words";
import { spoken } from "../routing/duration";
import type { Deed, Rule, Trigger } from "./data";
import { deedLabel } from "./deeds";
import { triggerLabel } from "./trigger";
import { named } from "../conditions/words";

export function ruleInWords(rule: Pick<Rule, "trigger" | "conditions" | "actions">, vocabulary: Vocabulary): string {
  const group = read(rule.conditions);
  const parts = [
    triggerInWords(rule.trigger, vocabulary),
    ...(partsOf(group).length ? [partInWords(group, vocabulary)] : []),
    rule.actions.map((deed) => deedInWords(deed, vocabulary)).join(", "),
  ];
  return parts.join(document.documentElement.dir === "rtl" ? " ← " : " → ");
}

function triggerInWords(trigger: Trigger, vocabulary: Vocabulary): string {
  if ("on" in trigger) return trigger.on.map((name) => triggerLabel(vocabulary, name)).join(` ${v("or")} `);
  const since = named(`since.${trigger.since}`, trigger.since);
  const status = trigger.status ? `: ${labelOf(vocabulary, "resting_status", trigger.status)}` : "";
  return `${spoken(trigger.after)} ${since}${status}`;
}

function partInWords(part: Part, vocabulary: Vocabulary): string {
  if (isGroup(part)) {
    const said = partsOf(part).map((one) =>
      isGroup(one) ? `(${partInWords(one, vocabulary)})` : partInWords(one, vocabulary),
    );
    return said.join(` ${v(modeOf(part) === "any" ? "or" : "and")} `);
  }
  const field = fieldOf(vocabulary, part.field);
  if (!field) return v("gone");
  if (field.type === "truth") return `${fieldLabel(field)}: ${v(part.value ? "yes" : "no")}`;
  const head = `${fieldLabel(field)} ${operatorLabel(vocabulary, field, part.op)}`;
  if (!needsValue(part.op)) return head;
  const values = Array.isArray(part.value) ? part.value : [part.value];
  const source = field.type === "text" || field.type === "list" ? "" : field.choices;
  return `${head} ${values.map((one) => `“${labelOf(vocabulary, source, one)}”`).join(` ${v("or")} `)}`;
}

function deedInWords(deed: Deed, vocabulary: Vocabulary): string {
  const kind = vocabulary.deeds.find((one) => one.name === deed.do);
  if (!kind) return v("gone");
  const [first] = kind.arguments;
  const value = first && deed[first.name];
  if (!first || value === null || value === undefined || deed.do === "notify") return deedLabel(kind);
  const said =
    first.name === "minutes"
      ? spoken(Number(value) * 60)
      : Array.isArray(value)
        ? value.join(", ")
        : value === "me"
          ? v("whoeverRuns")
          : labelOf(vocabulary, first.choices, value);
  return `${deedLabel(kind)}: ${said.length > 40 ? `${said.slice(0, 40)}…` : said}`;
}
