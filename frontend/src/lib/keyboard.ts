/** Single-key shortcuts and two-key sequences, silent while somebody types or a dialog is open. */

export interface Shortcut {
  /** One key ("j", "Shift+E", "?"), a chord ("Mod+k") or a sequence ("g i"). Mod is Ctrl, or Cmd on a Mac. */
  keys: string;
  run(event: KeyboardEvent): void;
  /** Chords may work while typing; single keys never do. */
  whileTyping?: boolean;
  /** Left out of the way when false. */
  when?: () => boolean;
}

const SEQUENCE_MS = 1_000;
export const isMac = typeof navigator !== "undefined" && /Mac|iPhone|iPad/.test(navigator.platform);

/** The name of a pressed key as shortcuts write it. */
export function nameOf(event: Pick<KeyboardEvent, "key" | "ctrlKey" | "metaKey" | "shiftKey" | "altKey">): string {
  const isLetter = /^[a-z]$/i.test(event.key);
  const parts: string[] = [];
  if (event.ctrlKey || event.metaKey) parts.push("Mod");
  if (event.altKey) parts.push("Alt");
  if (event.shiftKey && (isLetter || event.key.length > 1)) parts.push("Shift");
  const key = isLetter ? (event.shiftKey ? event.key.toUpperCase() : event.key.toLowerCase()) : event.key;
  return [...parts, parts.includes("Mod") ? key.toLowerCase() : key].join("+");
}

/** True where keys mean text: fields, editable regions, selects. */
export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName);
}

/** Matches pressed keys, one after another, against `keys` of shortcuts. Pure: no DOM, the clock is given. */
export class Matcher {
  private first: string | null = null;
  private firstAt = 0;

  /** The shortcuts that this press completes, given the time in ms. */
  press(name: string, at: number, shortcuts: readonly Shortcut[]): Shortcut[] {
    const sequence = this.first !== null && at - this.firstAt <= SEQUENCE_MS ? `${this.first} ${name}` : null;
    this.first = null;
    const hits = shortcuts.filter((one) => one.keys === sequence);
    if (hits.length) return hits;
    if (shortcuts.some((one) => one.keys.startsWith(`${name} `))) {
      this.first = name;
      this.firstAt = at;
    }
    return shortcuts.filter((one) => one.keys === name);
  }
}

/** Listens on the whole page; returns what ends it. */
export function listen(shortcuts: () => readonly Shortcut[], areSinglesOn: () => boolean): () => void {
  const matcher = new Matcher();
  const onKey = (event: KeyboardEvent): void => {
    if (event.defaultPrevented || event.isComposing || (event.repeat && !/^[jk]$/.test(event.key))) return;
    const name = nameOf(event);
    const isChord = name.includes("Mod+");
    if (document.querySelector("dialog[open], [popover]:popover-open") && !isChord) return;
    const isFree = !isTyping(event.target) && areSinglesOn();
    const candidates = shortcuts().filter((one) => (one.whileTyping || isFree) && (one.when?.() ?? true));
    const [hit] = matcher.press(name, event.timeStamp, candidates);
    if (!hit) return;
    event.preventDefault();
    hit.run(event);
  };
  document.addEventListener("keydown", onKey);
  return () => document.removeEventListener("keydown", onKey);
}

/** Keys as people read them: "Ctrl K", "⌘ K", "Shift E", "g i". */
export function shown(keys: string): string {
  return keys
    .replace("Mod+", isMac ? "⌘ " : "Ctrl ")
    .replace("Shift+", "Shift ")
    .replace("Enter", "↵")
    .replace(/\b([a-z])$/, (letter) => (keys.includes("Mod+") ? letter.toUpperCase() : letter));
}
