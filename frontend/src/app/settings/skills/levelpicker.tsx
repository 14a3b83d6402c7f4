/** Ten levels and none, beneath a cell of the grid. */

import { useLayoutEffect, useRef } from "preact/hooks";
import { r } from "../routing/words";

interface LevelPickerProps {
  anchor: HTMLElement;
  label: string;
  level: number;
  onPick(level: number): void;
  onClose(): void;
}

export function LevelPicker({ anchor, label, level, onPick, onClose }: LevelPickerProps) {
  const popup = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const element = popup.current!;
    element.showPopover();
    const box = anchor.getBoundingClientRect();
    const fits = box.bottom + element.offsetHeight + 8 < innerHeight;
    const left = box.left + box.width / 2 - element.offsetWidth / 2;
    element.style.left = `${Math.max(8, Math.min(left, innerWidth - element.offsetWidth - 8))}px`;
    element.style.top = `${fits ? box.bottom + 4 : box.top - element.offsetHeight - 4}px`;
    element.querySelector<HTMLElement>("[aria-pressed=true]")?.focus();
  }, [anchor]);
  const onKeyDown = (event: KeyboardEvent): void => {
    const isRtl = getComputedStyle(event.currentTarget as Element).direction === "rtl";
    const step = { ArrowLeft: isRtl ? 1 : -1, ArrowRight: isRtl ? -1 : 1 }[event.key];
    const near =
      step === 1 ? document.activeElement?.nextElementSibling : document.activeElement?.previousElementSibling;
    if (step && near instanceof HTMLElement) near.focus();
    if (step) event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div
      ref={popup}
      class="menu levels"
      popover="auto"
      role="group"
      aria-label={label}
      onKeyDown={onKeyDown}
      onToggle={(event: { newState: string }) => event.newState === "closed" && onClose()}
    >
      {Array.from({ length: 11 }, (_, one) => (
        <button
          key={one}
          type="button"
          aria-pressed={one === level}
          aria-label={one ? undefined : r("matrix.not")}
          onClick={() => {
            onPick(one);
            popup.current?.hidePopover();
          }}
        >
          {one || "–"}
        </button>
      ))}
    </div>
  );
}
