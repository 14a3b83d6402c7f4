/** Every act by name: what shortcuts run, what the palette offers, what the shortcut sheet lists. */

import { type Key, t } from "../lib/i18n";
import type { Shortcut } from "../lib/keyboard";
import { ids, showFresh } from "../lib/store/list";
import { areSingleKeysOn } from "../lib/store/prefs";
import { isInbox, openBoard, openSettings } from "../lib/store/route";
import { may } from "../lib/store/session";
import { timeline } from "../lib/store/timelines";
import { undoLast } from "../lib/store/toasts";
import { isDone } from "../lib/store/views";
import type { Offer } from "../lib/types";
import type { IconName } from "../ui/icons";
import { neighbour, reopen, resolve, resolveAndNext } from "./acts";
import { answer, focusComposer, forward } from "./composer/begin";
import { current, currentId } from "./current";
import { accept, decline, foremost } from "./offers/acts";
import { ACCEPT, DECLINE } from "./offers/keys";
import { closeOverlay, overlay } from "./overlay";
import { take, takeNext } from "./routing/acts";
import { closeConversation, goTo, openConversation, pane } from "./panes";

export type Group = "move" | "answer" | "change" | "app";

export interface Command {
  id: string;
  group: Group;
  title: Key;
  keys: string;
  /** A second chord for the same act; not listed. */
  also?: string;
  icon: IconName;
  run(): void;
  when?: () => boolean;
  whileTyping?: boolean;
  /** Out of the palette: moving about makes no sense there. */
  isBare?: boolean;
  /** Works in the settings, too. */
  isEverywhere?: boolean;
}

const hasOne = (): boolean => current.peek() !== null;
const withOne = (act: (id: string) => void) => (): void => {
  const id = currentId.peek();
  if (id) act(id);
};
const rings = (): boolean => foremost() !== undefined;
const withForemost = (act: (offer: Offer) => Promise<void>) => (): void => {
  const offer = foremost();
  if (offer) void act(offer);
};
const press = (id: string) => (): void => document.getElementById(id)?.click();

export const commands: readonly Command[] = [
  { id: "next", group: "move", title: "key.next", keys: "j", icon: "down", isBare: true, run: () => step(1) },
  { id: "previous", group: "move", title: "key.previous", keys: "k", icon: "down", isBare: true, run: () => step(-1) },
  {
    id: "enter",
    group: "move",
    title: "key.open",
    keys: "Enter",
    also: "o",
    icon: "talk",
    isBare: true,
    run: enter,
    when: () => ids.peek().length > 0 && mayEnter(),
  },
  { id: "leave", group: "move", title: "key.back", keys: "Escape", icon: "back", isBare: true, run: leave },
  { id: "search", group: "move", title: "key.search", keys: "/", icon: "search", run: focusSearch },
  { id: "fresh", group: "move", title: "key.fresh", keys: ".", icon: "again", run: showFresh },
  { id: "mine", group: "move", title: "key.mine", keys: "g i", icon: "inbox", isBare: true, run: () => goTo("mine") },
  {
    id: "unassigned",
    group: "move",
    title: "key.unassigned",
    keys: "g u",
    icon: "user",
    isBare: true,
    run: () => goTo("unassigned"),
  },
  {
    id: "open",
    group: "move",
    title: "key.allOpen",
    keys: "g o",
    icon: "users",
    isBare: true,
    run: () => goTo("open"),
  },
  {
    id: "snoozed",
    group: "move",
    title: "key.snoozed",
    keys: "g s",
    icon: "moon",
    isBare: true,
    run: () => goTo("snoozed"),
  },
  {
    id: "reply",
    group: "answer",
    title: "key.reply",
    keys: "r",
    icon: "reply",
    when: hasOne,
    run: withOne((id) => write(id, "reply")),
  },
  {
    id: "reply-sender",
    group: "answer",
    title: "composer.replySender",
    keys: "Shift+R",
    icon: "reply",
    when: hasOne,
    run: withOne((id) => ((pane.value = "thread"), answer(id, "sender"))),
  },
  {
    id: "forward",
    group: "answer",
    title: "composer.forward",
    keys: "f",
    icon: "forward",
    when: hasOne,
    run: withOne(forwardLast),
  },
  {
    id: "note",
    group: "answer",
    title: "key.note",
    keys: "n",
    icon: "lock",
    when: hasOne,
    run: withOne((id) => write(id, "note")),
  },
  {
    id: "assign",
    group: "change",
    title: "key.assign",
    keys: "a",
    icon: "user",
    when: hasOne,
    run: press("assign-menu"),
  },
  {
    id: "take",
    group: "change",
    title: "key.take",
    keys: "i",
    icon: "hand",
    when: hasOne,
    run: withOne(take),
  },
  {
    id: "take-next",
    group: "change",
    title: "key.takeNext",
    keys: "Shift+I",
    icon: "hand",
    run: () => void takeNext(),
  },
  {
    id: "transfer",
    group: "change",
    title: "key.transfer",
    keys: "Shift+T",
    icon: "forward",
    when: hasOne,
    run: () => (overlay.value = "transfer"),
  },
  {
    id: "why",
    group: "app",
    title: "why.title",
    keys: "",
    icon: "layers",
    when: hasOne,
    run: () => (overlay.value = "why"),
  },
  { id: "team", group: "change", title: "key.team", keys: "t", icon: "layers", when: hasOne, run: press("team-menu") },
  {
    id: "snooze",
    group: "change",
    title: "key.snooze",
    keys: "s",
    icon: "moon",
    when: hasOne,
    run: press("snooze-menu"),
  },
  {
    id: "resolve",
    group: "change",
    title: "key.resolve",
    keys: "e",
    icon: "check",
    when: hasOne,
    run: withOne(toggleResolved),
  },
  {
    id: "resolve-next",
    group: "change",
    title: "key.resolveNext",
    keys: "Shift+E",
    icon: "check",
    when: hasOne,
    run: withOne(resolveAndNext),
  },
  { id: "label", group: "change", title: "key.label", keys: "l", icon: "tag", when: hasOne, run: press("label-menu") },
  {
    id: "priority",
    group: "change",
    title: "key.priority",
    keys: "p",
    icon: "flag",
    when: hasOne,
    run: press("priority-menu"),
  },
  {
    id: "accept",
    group: "answer",
    title: "key.accept",
    keys: ACCEPT.single,
    icon: "check",
    when: rings,
    isEverywhere: true,
    run: withForemost(accept),
  },
  {
    id: "accept-typing",
    group: "answer",
    title: "key.acceptTyping",
    keys: ACCEPT.chord,
    icon: "check",
    isBare: true,
    whileTyping: true,
    when: rings,
    isEverywhere: true,
    run: withForemost(accept),
  },
  {
    id: "decline",
    group: "answer",
    title: "key.decline",
    keys: DECLINE.single,
    icon: "close",
    when: rings,
    isEverywhere: true,
    run: withForemost(decline),
  },
  {
    id: "decline-typing",
    group: "answer",
    title: "key.declineTyping",
    keys: DECLINE.chord,
    icon: "close",
    isBare: true,
    whileTyping: true,
    when: rings,
    isEverywhere: true,
    run: withForemost(decline),
  },
  { id: "undo", group: "change", title: "key.undo", keys: "z", icon: "undo", run: () => void undoLast() },
  { id: "new", group: "app", title: "key.new", keys: "c", icon: "plus", run: () => (overlay.value = "new") },
  {
    id: "board",
    group: "app",
    title: "board.title",
    keys: "g l",
    icon: "activity",
    when: () => may("agents.supervise"),
    run: () => openBoard(),
  },
  { id: "settings", group: "app", title: "key.settings", keys: "g ,", icon: "settings", run: () => openSettings() },
  {
    id: "palette",
    group: "app",
    title: "key.palette",
    keys: "Mod+k",
    icon: "search",
    whileTyping: true,
    isBare: true,
    run: () => toggle("palette"),
  },
  {
    id: "shortcuts",
    group: "app",
    title: "key.shortcuts",
    keys: "?",
    icon: "keyboard",
    run: () => toggle("shortcuts"),
  },
  {
    id: "singles",
    group: "app",
    title: "key.singles",
    keys: "",
    icon: "bolt",
    run: () => (areSingleKeysOn.value = !areSingleKeysOn.value),
  },
];

/** The commands as the keyboard listener takes them. */
export function shortcuts(): Shortcut[] {
  const usable = commands.filter(
    (one) => isInbox.peek() || one.group === "app" || one.isEverywhere || one.keys.startsWith("g "),
  );
  return usable.flatMap(({ keys, also, run, when, whileTyping }) =>
    [keys, also]
      .filter((one): one is string => Boolean(one))
      .map((one) => ({
        keys: one,
        run: () => run(),
        ...(when ? { when } : {}),
        ...(whileTyping ? { whileTyping } : {}),
      })),
  );
}

export const groupTitle = (group: Group): string => t(`group.${group}`);

function toggle(what: "palette" | "shortcuts"): void {
  if (overlay.value === what) closeOverlay();
  else overlay.value = what;
}

function step(by: 1 | -1): void {
  const next = neighbour(currentId.peek(), by);
  if (next) openConversation(next.number, { replace: currentId.peek() !== null });
}

/** Enter belongs to whatever control has the focus, unless that is the list or the page. */
function mayEnter(): boolean {
  const focus = document.activeElement;
  return !focus || focus === document.body || focus.id === "conversations" || focus.getAttribute("role") === "log";
}

function enter(): void {
  if (!currentId.peek()) return step(1);
  pane.value = "thread";
  document.querySelector<HTMLElement>("[role=log]")?.focus();
}

function leave(): void {
  if (document.activeElement?.getAttribute("role") === "log") document.getElementById("conversations")?.focus();
  else closeConversation();
}

function focusSearch(): void {
  pane.value = "list";
  const field = document.getElementById("search") as HTMLInputElement | null;
  field?.focus();
  field?.select();
}

function write(id: string, mode: "reply" | "note"): void {
  pane.value = "thread";
  focusComposer(id, mode);
}

function forwardLast(id: string): void {
  const last = timeline(id)
    .items.peek()
    .findLast((item) => item.kind === "message" && item.channel?.kind === "email");
  if (!last) return;
  pane.value = "thread";
  forward(last);
}

function toggleResolved(id: string): void {
  const one = current.peek();
  if (one && isDone(one)) reopen(id);
  else resolve(id);
}
