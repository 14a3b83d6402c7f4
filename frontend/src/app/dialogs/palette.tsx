/** The command palette: acts on this conversation, views, agents and conversations, by a few letters. */

import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { api, path } from "../../lib/api";
import { score } from "../../lib/fuzzy";
import { t } from "../../lib/i18n";
import { peek, put } from "../../lib/store/conversations";
import { ids } from "../../lib/store/list";
import { loadMacros, macros } from "../../lib/store/macros";
import { navigate } from "../../lib/store/route";
import { theme, type Theme } from "../../lib/store/prefs";
import { inboxViews, queueViews, teamViews } from "../../lib/store/views";
import { age } from "../../lib/time";
import type { Conversation, Page, PresenceState } from "../../lib/types";
import { Dialog } from "../../ui/dialog";
import { Icon, type IconName, iconOfKind } from "../../ui/icons";
import { Kbd } from "../../ui/kbd";
import { commands } from "../commands";
import { runInComposer } from "../composer/macros";
import { current } from "../current";
import { setPresence } from "../line";
import { closeOverlay } from "../overlay";
import { goTo, openConversation, pane } from "../panes";
import { assigneeChoices } from "../thread/assign";

interface Entry {
  key: string;
  title: string;
  hint?: string;
  keys?: string;
  icon: IconName;
  run(): void;
  bonus: number;
}

const SHOWN = 40;
const SEARCH_PAUSE_MS = 150;

export function Palette() {
  const [needle, setNeedle] = useState("");
  const [at, setAt] = useState(0);
  const [found, setFound] = useState<readonly Conversation[]>([]);
  const list = useRef<HTMLUListElement>(null);
  useEffect(() => void loadMacros(), []);
  const fixed = useMemo(() => [...acts(), ...macroEntries(), ...places(), ...people(), ...moods()], [macros.value]);
  const entries = useMemo(() => ranked(needle, [...fixed, ...conversations(found, needle)]), [needle, found, fixed]);
  const active = Math.min(at, entries.length - 1);

  useEffect(() => {
    if (needle.trim().length < 2) return setFound([]);
    const stop = new AbortController();
    const timer = setTimeout(() => void search(needle, stop.signal).then(setFound, () => undefined), SEARCH_PAUSE_MS);
    return () => (clearTimeout(timer), stop.abort());
  }, [needle]);
  useEffect(() => {
    list.current?.querySelector("[data-active]")?.scrollIntoView({ block: "nearest" });
  }, [active]);

  const choose = (entry: Entry | undefined): void => {
    closeOverlay();
    if (entry) requestAnimationFrame(() => entry.run());
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) setAt((active + step + entries.length) % Math.max(1, entries.length));
    else if (event.key === "Enter") choose(entries[active]);
    else return;
    event.preventDefault();
  };
  return (
    <Dialog title={t("palette.title")} onClose={closeOverlay} isBare kind="palette">
      <div class="palette__field">
        <Icon name="search" />
        <input
          type="text"
          role="combobox"
          autofocus
          value={needle}
          placeholder={t("palette.placeholder")}
          aria-label={t("palette.placeholder")}
          aria-expanded="true"
          aria-controls="palette-list"
          aria-activedescendant={entries[active] && `palette-${active}`}
          autocomplete="off"
          onInput={(event) => (setNeedle(event.currentTarget.value), setAt(0))}
          onKeyDown={onKeyDown}
        />
      </div>
      <ul id="palette-list" ref={list} class="palette__list" role="listbox" aria-label={t("palette.title")}>
        {entries.map((entry, index) => (
          <li
            key={entry.key}
            id={`palette-${index}`}
            role="option"
            aria-selected={index === active}
            class="menu__choice"
            data-active={index === active || undefined}
            onPointerMove={() => setAt(index)}
            onClick={() => choose(entry)}
          >
            <Icon name={entry.icon} />
            <span class="clip" dir="auto">
              {entry.title}
            </span>
            {entry.hint && <span class="menu__hint clip">{entry.hint}</span>}
            {entry.keys && (
              <span class="menu__keys">
                <Kbd keys={entry.keys} />
              </span>
            )}
          </li>
        ))}
      </ul>
      {!entries.length && <p class="menu__none">{t("palette.none")}</p>}
    </Dialog>
  );
}

function ranked(needle: string, entries: readonly Entry[]): Entry[] {
  const scored = entries.map((entry) => ({
    entry,
    points: score(needle.trim(), `${entry.title} ${entry.hint ?? ""}`),
  }));
  const hits = scored.filter(({ points }) => points > 0);
  hits.sort((a, b) => b.points + b.entry.bonus - a.points - a.entry.bonus);
  return hits.slice(0, SHOWN).map(({ entry }) => entry);
}

function acts(): Entry[] {
  return commands
    .filter((one) => !one.isBare && (one.when?.() ?? true))
    .map((one) => ({
      key: `act-${one.id}`,
      title: t(one.title),
      keys: one.keys,
      icon: one.icon,
      run: one.run,
      bonus: 6,
    }));
}

/** The team's macros, for the conversation that is open. */
function macroEntries(): Entry[] {
  const one = current.value;
  if (!one) return [];
  return (macros.value ?? []).map((macro) => ({
    key: `macro-${macro.id}`,
    title: t("palette.macro", { name: macro.name }),
    hint: macro.text.split("\n")[0] ?? "",
    icon: "bolt" as const,
    bonus: 3,
    run: () => void runInComposer(one.id, macro),
  }));
}

function places(): Entry[] {
  return [...inboxViews.value, ...queueViews.value, ...teamViews.value].map((view) => ({
    key: `view-${view.slug}`,
    title: t("palette.goTo", { name: view.title }),
    icon: "inbox" as const,
    bonus: 4,
    run: () => (goTo(view.slug), (pane.value = "list")),
  }));
}

function people(): Entry[] {
  const one = current.value;
  if (!one) return [];
  return assigneeChoices(one)
    .slice(2, -1)
    .map((choice) => ({
      key: `agent-${choice.key}`,
      title: t("palette.assign", { name: choice.label }),
      hint: choice.hint ?? "",
      icon: "user" as const,
      run: choice.run,
      bonus: 2,
    }));
}

function moods(): Entry[] {
  const states: readonly PresenceState[] = ["online", "away", "busy", "offline"];
  const themes: readonly Theme[] = ["light", "dark", "system"];
  return [
    ...states.map((state) => ({
      key: `state-${state}`,
      title: t("palette.presence", { name: t(`presence.${state}`) }),
      icon: "dot" as const,
      bonus: 1,
      run: () => setPresence(state),
    })),
    ...themes.map((name) => ({
      key: `theme-${name}`,
      title: t("palette.theme", { name: t(`theme.${name}`) }),
      icon: "contrast" as const,
      bonus: 0,
      run: () => (theme.value = name),
    })),
  ];
}

/** Those in the list at once; with letters typed, also what the server finds. */
function conversations(found: readonly Conversation[], needle: string): Entry[] {
  const listed = needle ? ids.peek().slice(0, 200).map(peek) : [];
  const all = new Map([...listed, ...found].flatMap((one) => (one ? [[one.id, one] as const] : [])));
  const foundIds = new Set(found.map((one) => one.id));
  const entries = [...all.values()].map((one) => ({
    key: one.id,
    title: `${one.contact.name} · ${one.subject || one.preview}`,
    hint: `#${one.number} · ${age(one.last_activity_at)}`,
    icon: iconOfKind(one.channels[0]?.kind),
    bonus: foundIds.has(one.id) ? 3 : 0,
    run: () => (put(one), openConversation(one.number)),
  }));
  const number = /^#?(\d+)$/.exec(needle.trim())?.[1];
  if (!number) return entries;
  return [
    {
      key: "number",
      title: t("palette.number", { number: `#${number}` }),
      icon: "hash",
      bonus: 50,
      run: () => (navigate({ number: Number(number) }), (pane.value = "thread")),
    },
    ...entries,
  ];
}

async function search(q: string, signal: AbortSignal): Promise<readonly Conversation[]> {
  const page = await api.get<Page<Conversation>>(path("/conversations", { q, limit: 8 }), { signal });
  return page.items;
}
