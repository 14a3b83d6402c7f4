/** Conditions as a tree: groups of which all or any must hold, with single conditions and groups in them. */

import { type Field, type Vocabulary, fieldOf } from "./vocabulary";

export interface Single {
  field: string;
  op: string;
  value?: unknown;
}
export type Part = Single | Group;
export type Group = { all: Part[] } | { any: Part[] };
/** What the hub keeps; empty holds always. */
export type Conditions = Record<string, unknown>;
export type Mode = "all" | "any";

/** How many groups may stand in one another. */
export const DEEPEST = 3;
const WITHOUT_VALUE: readonly string[] = ["is_set", "is_not_set"];

export const isGroup = (part: Part): part is Group => "all" in part || "any" in part;
export const modeOf = (group: Group): Mode => ("any" in group ? "any" : "all");
export const partsOf = (group: Group): Part[] => ("any" in group ? group.any : group.all);
export const groupOf = (mode: Mode, parts: Part[]): Group => (mode === "any" ? { any: parts } : { all: parts });
export const needsValue = (op: string): boolean => !WITHOUT_VALUE.includes(op);

/** The kept conditions as a group that can be edited. */
export function read(conditions: Conditions): Group {
  const group = conditions as Group;
  return isGroup(group) && Array.isArray(partsOf(group)) ? group : { all: [] };
}

/** What the hub keeps of a group: nothing at all where it is empty, and no empty group inside. */
export function write(group: Group): Conditions {
  const kept = tidy(group);
  return partsOf(kept).length ? (kept as Conditions) : {};
}

function tidy(group: Group): Group {
  const parts = partsOf(group)
    .map((part) => (isGroup(part) ? tidy(part) : part))
    .filter((part) => !isGroup(part) || partsOf(part).length > 0);
  return groupOf(modeOf(group), parts);
}

/** A condition about a field with its usual operator, to be filled. */
export function blank(field: Field): Single {
  const op = field.operators[0]!;
  return { field: field.name, op, value: blankValue(field, op) };
}

export function blankValue(field: Field, op: string): unknown {
  if (!needsValue(op)) return undefined;
  if (field.type === "truth") return true;
  return op === "in" ? [] : "";
}

/** Another operator; the value stays where it fits that one, too. */
export function withOperator(single: Single, field: Field, op: string): Single {
  if (!needsValue(op)) return { field: single.field, op };
  const isFree = field.type === "text" || field.type === "custom" || field.type === "list";
  const isOne = op === "starts_with" || op === "more_than" || op === "less_than";
  const value = single.value ?? blankValue(field, op);
  if (op === "in") return { ...single, op, value: Array.isArray(value) ? value : value === "" ? [] : [value] };
  if (Array.isArray(value) && (!isFree || isOne)) return { ...single, op, value: value[0] ?? "" };
  return { ...single, op, value };
}

/** Whether every condition says what to compare with, so that the hub can be asked. */
export function isComplete(conditions: Conditions, vocabulary: Vocabulary): boolean {
  const check = (part: Part): boolean => {
    if (isGroup(part)) return partsOf(part).every(check);
    if (!fieldOf(vocabulary, part.field) || part.field.endsWith(".custom.*")) return false;
    if (!needsValue(part.op)) return true;
    return Array.isArray(part.value) ? part.value.length > 0 : part.value !== "" && part.value !== undefined;
  };
  return check(read(conditions));
}
