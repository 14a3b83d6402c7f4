/** Typing "/" brings the team's texts and macros: by shortcut or name, filled for this conversation when chosen. */

import type { RefObject } from "preact";
import { useEffect, useState } from "preact/hooks";
import { api } from "../../lib/api";
import { t } from "../../lib/i18n";
import { loadMacros, macros } from "../../lib/store/macros";
import { reasonOf } from "../../lib/store/reason";
import { say } from "../../lib/store/toasts";
import type { Id, Page, Template } from "../../lib/types";
import { Icon } from "../../ui/icons";
import { macroText } from "./macros";

/** A slash that begins a word, and what follows it up to the cursor. */
const CALL = /(?:^|\s)\/([\p{L}\p{N}_-]*)$/u;
const SHOWN = 8;

let fetched: Promise<Insert[]> | null = null;

/** What "/" brings: a text, or a macro that also does something. */
export interface Insert extends Pick<Template, "id" | "name" | "shortcut" | "text"> {
  isMacro?: boolean;
}

function all(): Promise<Insert[]> {
  fetched ??= both();
  fetched.catch(() => (fetched = null));
  return fetched;
}

async function both(): Promise<Insert[]> {
  const [{ items }] = await Promise.all([api.get<Page<Template>>("/templates"), loadMacros()]);
  return [...items, ...(macros.peek() ?? []).map((one) => ({ ...one, isMacro: true }))];
}

async function textOf(id: Id, insert: Insert): Promise<string> {
  if (insert.isMacro) return macroText(id, insert);
  return (await api.get<Template>(`/conversations/${id}/templates/${insert.id}`)).text;
}

export interface Templates {
  found: readonly Insert[];
  active: number;
  /** Takes the key if the list is open; true where it did. */
  onKey(event: KeyboardEvent): boolean;
  choose(insert: Insert): void;
  /** Looks at the text before the cursor. */
  look(area: HTMLTextAreaElement): void;
  close(): void;
}

/** The list for the field in `area`; `write` puts a whole new text there, with the cursor at `caret`. */
export function useTemplates(
  id: Id,
  area: RefObject<HTMLTextAreaElement | null>,
  write: (text: string, caret: number) => void,
): Templates {
  const [needle, setNeedle] = useState<string | null>(null);
  const [list, setList] = useState<readonly Insert[]>([]);
  const [at, setAt] = useState(0);
  const isOpen = needle !== null;
  useEffect(() => {
    if (isOpen) all().then(setList, () => setList([]));
    else fetched = null;
  }, [isOpen]);
  const found = isOpen ? ranked(list, needle.toLocaleLowerCase()).slice(0, SHOWN) : [];
  const active = Math.min(at, found.length - 1);

  const look = (field: HTMLTextAreaElement): void => {
    const call = CALL.exec(field.value.slice(0, field.selectionStart));
    setNeedle(call?.[1] ?? null);
    setAt(0);
  };
  const choose = (insert: Insert): void => {
    const field = area.current;
    setNeedle(null);
    if (!field) return;
    const end = field.selectionStart;
    const start = end - ((CALL.exec(field.value.slice(0, end))?.[1]?.length ?? 0) + 1);
    const [before, after] = [field.value.slice(0, start), field.value.slice(end)];
    textOf(id, insert).then(
      (text) => write(before + text + after, before.length + text.length),
      (error: unknown) => say(t("act.failed", { reason: reasonOf(error) }), { tone: "failure" }),
    );
  };
  const onKey = (event: KeyboardEvent): boolean => {
    if (!found.length) return false;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const chosen = found[active];
    if (step) setAt((active + step + found.length) % found.length);
    else if ((event.key === "Enter" || event.key === "Tab") && !event.ctrlKey && !event.metaKey && chosen)
      choose(chosen);
    else if (event.key === "Escape") setNeedle(null);
    else return false;
    event.preventDefault();
    event.stopPropagation();
    return true;
  };
  return { found, active, onKey, choose, look, close: () => setNeedle(null) };
}

/** Shortcuts that begin so come first, then names that hold it. */
function ranked(list: readonly Insert[], needle: string): Insert[] {
  const byShortcut = list.filter((one) => one.shortcut.toLocaleLowerCase().startsWith(needle));
  const byName = list.filter((one) => !byShortcut.includes(one) && one.name.toLocaleLowerCase().includes(needle));
  return [...byShortcut, ...byName];
}

export const TEMPLATE_LIST = "composer-templates";

export function TemplateList({ templates }: { templates: Templates }) {
  const { found, active, choose } = templates;
  if (!found.length) return null;
  return (
    <ul id={TEMPLATE_LIST} class="templates" role="listbox" aria-label={t("composer.templates")}>
      {found.map((one, index) => (
        <li
          key={one.id}
          id={`${TEMPLATE_LIST}-${index}`}
          role="option"
          aria-selected={index === active}
          class="menu__choice"
          data-active={index === active || undefined}
          onPointerDown={(event) => (event.preventDefault(), choose(one))}
        >
          {one.isMacro && <Icon name="bolt" size="s" />}
          {one.shortcut && <b>/{one.shortcut}</b>}
          <span class="clip" dir="auto">
            {one.name}
          </span>
          <span class="menu__hint clip" dir="auto">
            {one.text.split("\n")[0]}
          </span>
        </li>
      ))}
    </ul>
  );
}
