/** Macros: texts with deeds under one name, those that are used most first; fetched when something asks for them. */

import { signal } from "@preact/signals";
import { api } from "../api";
import type { Id, Item, Page, Time } from "../types";

/** What is done, as the hub writes it: a name and its arguments. */
export type Deed = { do: string } & Record<string, unknown>;

export interface Macro {
  id: Id;
  name: string;
  shortcut: string;
  text: string;
  html: string;
  actions: Deed[];
  team_id: Id | null;
  uses: number;
  updated_at: Time;
}

/** What was or would be done, in words; `changed` is false where nothing had to change. */
export interface Done {
  do: string;
  text: string;
  changed: boolean;
}

/** What came of a macro: its text for the composer, what it did, what failed, and what was sent. */
export interface MacroRan {
  text: string;
  html: string;
  did: Done[];
  errors: string[];
  message: Item | null;
}

export interface MacroRun {
  /** Send the text at once, guarded as every reply is. */
  send?: boolean;
  client_id?: string;
  seen_seq?: number | null;
  force?: boolean;
}

/** The macros that the viewer may run; null until they were asked for. */
export const macros = signal<readonly Macro[] | null>(null);
let underWay: Promise<void> | null = null;

/** Fetches the macros anew; they stay as they are where the hub does not answer. */
export function loadMacros(): Promise<void> {
  underWay ??= api
    .get<Page<Macro>>("/macros")
    .then(
      ({ items }) => void (macros.value = items),
      () => void (macros.value ??= []),
    )
    .finally(() => (underWay = null));
  return underWay;
}

/** A macro changed: fetched anew where they are in use. */
export function refreshMacros(): void {
  if (macros.peek()) void loadMacros();
}

/** Does what a macro does; its text comes back for the composer, or was sent where `run.send` says so. */
export function runMacro(conversation: Id, macro: Id, run: MacroRun = {}): Promise<MacroRan> {
  return api.post<MacroRan>(`/conversations/${conversation}/macros/${macro}`, run);
}
