/** The skills of the organization by name, fetched when something asks for one. */

import { signal } from "@preact/signals";
import { api } from "../api";
import type { Id, Page, Skill } from "../types";

const skills = signal<ReadonlyMap<Id, string> | null>(null);
let underWay = false;

/** Fetches the names anew; they stay as they are where the hub does not answer. */
export async function loadSkills(): Promise<void> {
  if (underWay) return;
  underWay = true;
  try {
    const { items } = await api.get<Page<Skill>>("/skills");
    skills.value = new Map(items.map((one) => [one.id, one.name]));
  } catch {
    skills.value ??= new Map();
  } finally {
    underWay = false;
  }
}

/** A skill changed: fetched anew where the names are in use. */
export function refreshSkills(): void {
  if (skills.peek()) void loadSkills();
}

/** The name; empty until it is known, which this begins. */
export function skillName(id: Id): string {
  if (skills.value === null) void loadSkills();
  return skills.value?.get(id) ?? "";
}
