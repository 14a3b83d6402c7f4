/** The edge between two panes: drag it, or move it with the arrow keys; double-click sets it back. */

import { useRef } from "preact/hooks";
import { widths } from "../lib/store/prefs";

type Pane = keyof (typeof widths)["value"];
const LIMITS: Record<Pane, { least: number; most: number; usual: number }> = {
  views: { least: 180, most: 320, usual: 216 },
  list: { least: 280, most: 560, usual: 360 },
  contact: { least: 240, most: 440, usual: 280 },
};
const STEP = 16;

/** `side` is where the pane that changes lies: before or after this edge in reading direction. */
export function Grip({ pane, label, side = "before" }: { pane: Pane; label: string; side?: "before" | "after" }) {
  const start = useRef<{ x: number; width: number } | null>(null);
  const { least, most, usual } = LIMITS[pane];
  const set = (width: number): void => {
    const next = Math.round(Math.min(most, Math.max(least, width)));
    if (next !== widths.value[pane]) widths.value = { ...widths.value, [pane]: next };
  };
  const towards = (): number => (document.documentElement.dir === "rtl" ? -1 : 1) * (side === "before" ? 1 : -1);
  const onPointerDown = (event: PointerEvent): void => {
    (event.currentTarget as HTMLElement).setPointerCapture(event.pointerId);
    start.current = { x: event.clientX, width: widths.value[pane] };
  };
  const onPointerMove = (event: PointerEvent): void => {
    if (start.current) set(start.current.width + (event.clientX - start.current.x) * towards());
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = { ArrowLeft: -STEP, ArrowRight: STEP }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    set(widths.value[pane] + step * towards());
  };
  return (
    <span
      class="grip"
      role="separator"
      aria-orientation="vertical"
      aria-label={label}
      tabIndex={0}
      aria-valuenow={widths.value[pane]}
      aria-valuemin={least}
      aria-valuemax={most}
      onPointerDown={onPointerDown}
      onPointerMove={onPointerMove}
      onPointerUp={() => (start.current = null)}
      onDblClick={() => set(usual)}
      onKeyDown={onKeyDown}
    />
  );
}
