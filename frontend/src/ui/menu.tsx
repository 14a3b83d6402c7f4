/** A button with a list of choices beneath it, in the top layer: arrows, typing to filter, Enter, Escape. */

import type { ComponentChildren } from "preact";
import { useEffect, useId, useLayoutEffect, useRef, useState } from "preact/hooks";
import { t } from "../lib/i18n";
import { Icon, type IconName } from "./icons";
import { classes } from "./classes";

export interface Choice {
  key: string;
  label: string;
  hint?: string;
  icon?: IconName;
  lead?: ComponentChildren;
  isChosen?: boolean;
  /** Begins a group, with a hairline above. */
  startsGroup?: boolean;
  run(): void;
}

interface MenuProps {
  /** What the menu is about; said before the button's own words to those who cannot see where it hangs. */
  label: string;
  button: ComponentChildren;
  /** The button shows no words: the label names it. */
  isIcon?: boolean;
  choices: readonly Choice[];
  class?: string;
  /** From this many choices on a filter field appears. */
  filterFrom?: number;
  /** Lets a shortcut press the button. */
  id?: string;
  title?: string;
}

export function Menu({
  label,
  button,
  isIcon = false,
  choices,
  class: className = "btn btn--ghost",
  filterFrom = 9,
  id,
  title,
}: MenuProps) {
  const [isOpen, setOpen] = useState(false);
  const anchor = useRef<HTMLButtonElement>(null);
  const popupId = useId();
  const close = (shouldFocus = true): void => {
    setOpen(false);
    if (shouldFocus) anchor.current?.focus();
  };
  return (
    <>
      <button
        ref={anchor}
        type="button"
        class={className}
        id={id}
        title={title}
        aria-haspopup="listbox"
        aria-expanded={isOpen}
        aria-controls={isOpen ? popupId : undefined}
        aria-label={isIcon ? label : undefined}
        onClick={() => setOpen(!isOpen)}
      >
        {!isIcon && <span class="vh">{label}</span>}
        {button}
      </button>
      {isOpen && (
        <Popup
          id={popupId}
          label={label}
          choices={choices}
          hasFilter={choices.length >= filterFrom}
          anchor={anchor.current}
          close={close}
        />
      )}
    </>
  );
}

interface PopupProps {
  id: string;
  label: string;
  choices: readonly Choice[];
  hasFilter: boolean;
  anchor: HTMLElement | null;
  close(shouldFocus?: boolean): void;
}

function Popup({ id, label, choices, hasFilter, anchor, close }: PopupProps) {
  const ref = useRef<HTMLDivElement>(null);
  const [needle, setNeedle] = useState("");
  const shown = choices.filter((choice) => choice.label.toLocaleLowerCase().includes(needle.toLocaleLowerCase()));
  const [at, setAt] = useState(() =>
    Math.max(
      0,
      choices.findIndex((choice) => choice.isChosen),
    ),
  );
  const active = Math.min(at, shown.length - 1);

  useLayoutEffect(() => {
    const popup = ref.current;
    if (!popup || !anchor) return;
    popup.showPopover();
    hang(popup, anchor);
    popup.querySelector<HTMLElement>("input, [role=listbox]")?.focus();
  }, []);
  useEffect(() => {
    ref.current?.querySelector("[data-active]")?.scrollIntoView({ block: "nearest" });
  }, [active]);

  const choose = (choice: Choice | undefined): void => {
    close();
    choice?.run();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) setAt((active + step + shown.length) % Math.max(1, shown.length));
    else if (event.key === "Home") setAt(0);
    else if (event.key === "End") setAt(shown.length - 1);
    else if (event.key === "Enter" || (event.key === " " && !hasFilter)) choose(shown[active]);
    else if (event.key === "Escape") close();
    else if (event.key === "Tab") return close();
    else if (!hasFilter && event.key.length === 1) return jump(event.key);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const jump = (letter: string): void => {
    const hit = shown.findIndex((choice) => choice.label.toLocaleLowerCase().startsWith(letter.toLocaleLowerCase()));
    if (hit >= 0) setAt(hit);
  };
  const onToggle = (event: { newState: string }): void => {
    if (event.newState === "closed") close(false);
  };
  const activeId = shown[active] && `${id}-${shown[active].key}`;

  return (
    <div ref={ref} class="menu" popover="auto" onToggle={onToggle} onKeyDown={onKeyDown}>
      {hasFilter && (
        <input
          class="menu__filter"
          type="text"
          role="combobox"
          aria-label={t("menu.filter")}
          placeholder={t("menu.filter")}
          aria-expanded="true"
          aria-controls={id}
          aria-activedescendant={activeId}
          autocomplete="off"
          value={needle}
          onInput={(event) => (setNeedle(event.currentTarget.value), setAt(0))}
        />
      )}
      <ul
        id={id}
        class="menu__list"
        role="listbox"
        aria-label={label}
        tabIndex={hasFilter ? -1 : 0}
        aria-activedescendant={hasFilter ? undefined : activeId}
      >
        {shown.map((choice, index) => (
          <li
            key={choice.key}
            id={`${id}-${choice.key}`}
            role="option"
            aria-selected={choice.isChosen === true}
            class={classes("menu__choice", choice.startsGroup && index > 0 && "menu__choice--group")}
            data-active={index === active || undefined}
            onPointerMove={() => setAt(index)}
            onClick={() => choose(choice)}
          >
            {choice.lead ?? (choice.icon && <Icon name={choice.icon} />)}
            <span class="clip">{choice.label}</span>
            {choice.hint && <span class="menu__hint">{choice.hint}</span>}
            {choice.isChosen && <Icon name="check" size="s" />}
          </li>
        ))}
      </ul>
      {!shown.length && <p class="menu__none">{t("menu.none")}</p>}
    </div>
  );
}

/** Puts the popup under its button, or above where there is no room, inside the window, on the reading side. */
function hang(popup: HTMLElement, anchor: HTMLElement): void {
  const gap = 4;
  const box = anchor.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = popup;
  const isRtl = getComputedStyle(anchor).direction === "rtl";
  const left = isRtl ? box.right - width : box.left;
  const fitsBelow = box.bottom + gap + height <= innerHeight - gap;
  const top = fitsBelow ? box.bottom + gap : Math.max(gap, box.top - gap - height);
  popup.style.left = `${Math.max(gap, Math.min(left, innerWidth - width - gap))}px`;
  popup.style.top = `${top}px`;
}
