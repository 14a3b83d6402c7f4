/** A list of fixed rows of which only those in sight exist in the DOM. */

import type { ComponentChildren, RefObject } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";

const OVERSCAN = 6;

interface VirtualProps<T> {
  items: readonly T[];
  /** Height of each row in px. */
  rowHeight: number;
  keyOf(item: T): string;
  row(item: T, index: number): ComponentChildren;
  scroller: RefObject<HTMLElement | null>;
  /** Called when fewer than `nearEnd` rows are left below. */
  onNearEnd?(): void;
  nearEnd?: number;
}

/** The window of rows to render for a scroll offset and a height, both in px. */
export function visibleRange(top: number, height: number, rowHeight: number, length: number): [number, number] {
  const first = Math.max(0, Math.floor(top / rowHeight) - OVERSCAN);
  const last = Math.min(length, Math.ceil((top + height) / rowHeight) + OVERSCAN);
  return [Math.min(first, last), last];
}

export function VirtualRows<T>({ items, rowHeight, keyOf, row, scroller, onNearEnd, nearEnd = 15 }: VirtualProps<T>) {
  const [view, setView] = useState({ top: 0, height: 900 });
  const held = useRef(view);
  useLayoutEffect(() => {
    const element = scroller.current;
    if (!element) return;
    const look = (): void => {
      const next = { top: element.scrollTop, height: element.clientHeight };
      const old = held.current;
      const isSame = Math.floor(next.top / rowHeight) === Math.floor(old.top / rowHeight) && next.height === old.height;
      if (isSame) return;
      held.current = next;
      setView(next);
    };
    look();
    element.addEventListener("scroll", look, { passive: true });
    const observer = new ResizeObserver(look);
    observer.observe(element);
    return () => {
      element.removeEventListener("scroll", look);
      observer.disconnect();
    };
  }, [rowHeight]);

  const [first, last] = visibleRange(view.top, view.height, rowHeight, items.length);
  useEffect(() => {
    if (items.length && last > items.length - nearEnd) onNearEnd?.();
  }, [last, items.length]);

  return (
    <div class="virtual" role="presentation" style={{ blockSize: `${items.length * rowHeight}px` }}>
      {items.slice(first, last).map((item, offset) => (
        <div
          key={keyOf(item)}
          class="virtual__slot"
          role="presentation"
          style={{ transform: `translateY(${(first + offset) * rowHeight}px)` }}
        >
          {row(item, first + offset)}
        </div>
      ))}
    </div>
  );
}
