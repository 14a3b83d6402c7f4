/** The words that conditions and deeds are written with, as the hub knows them, and how they are said here. */

import { api } from "../../../lib/api";
import { type Key, t } from "../../../lib/i18n";
import { named, v } from "./words";

export interface Option {
  value: string;
  label: string;
}
export interface Field {
  name: string;
  label: string;
  type: "choice" | "reference" | "text" | "list" | "number" | "truth" | "hours" | "custom";
  /** Where values come from; empty where they are typed. */
  choices: string;
  operators: string[];
}
export interface Argument {
  name: string;
  type: "text" | "line" | "number" | "labels" | "switch" | "custom" | "one" | "many";
  choices: string;
  is_needed: boolean;
  may_be_missing: boolean;
  least: number;
  most: number;
}
export interface DeedKind {
  name: string;
  label: string;
  arguments: Argument[];
  places: string[];
}
export interface Vocabulary {
  fields: Field[];
  operators: Record<string, string>;
  choices: Record<string, Option[]>;
  /** Custom fields that occur, of conversations and of contacts. */
  custom: Record<string, string[]>;
  triggers: { name: string; label: string }[];
  since: { name: string; label: string }[];
  deeds: DeedKind[];
  variables: string[];
}

export const loadVocabulary = (): Promise<Vocabulary> => api.get<Vocabulary>("/rules/vocabulary");

const CUSTOM = /^(conversation|contact)\.custom\.(.*)$/;

/** The field of a name, also a custom one by its full name. */
export function fieldOf(vocabulary: Vocabulary, name: string): Field | undefined {
  const custom = CUSTOM.exec(name);
  const found = vocabulary.fields.find((one) => one.name === (custom ? `${custom[1]}.custom.*` : name));
  return found && { ...found, name };
}

/** Of which noun a custom field is, and its name; null for any other field. */
export function customOf(name: string): { noun: string; key: string } | null {
  const custom = CUSTOM.exec(name);
  return custom ? { noun: custom[1]!, key: custom[2] === "*" ? "" : custom[2]! } : null;
}

export function fieldLabel(field: Field): string {
  const custom = customOf(field.name);
  if (custom?.key) return `“${custom.key}”`;
  return named(`field.${field.name}`, field.label);
}

export function operatorLabel(vocabulary: Vocabulary, field: Field, op: string): string {
  const plural = field.type === "list" ? named(`op.list.${op}`, "") : "";
  return plural || named(`op.${op}`, vocabulary.operators[op] ?? op);
}

/** What can be picked, said in the viewer's language where the hub's own words are meant. */
export function options(vocabulary: Vocabulary, source: string): Option[] {
  if (source === "truth")
    return [
      { value: "true", label: v("yes") },
      { value: "false", label: v("no") },
    ];
  const found = vocabulary.choices[source] ?? [];
  return found.map(({ value, label }) => ({ value, label: ownWord(source, value) ?? label }));
}

function ownWord(source: string, value: string): string | undefined {
  if (source.endsWith("status")) return t(`status.${value}` as Key);
  if (source === "priority") return t(`priority.${value}` as Key);
  return source === "direction" ? named(`direction.${value}`, value) : undefined;
}

/** The name of a value; what is gone is said to be. */
export function labelOf(vocabulary: Vocabulary, source: string, value: unknown): string {
  if (!source) return String(value);
  return options(vocabulary, source).find((one) => one.value === String(value))?.label ?? v("gone");
}
