/** A list whose order matters: rows are dragged, or moved with buttons and Alt with the arrow keys. */

import type { ComponentChildren } from "preact";
import { useRef, useState } from "preact/hooks";
import { Icon } from "../../../ui/icons";
import { r } from "./words";

interface OrderProps<T> {
  label: string;
  items: readonly T[];
  keyOf(item: T): string;
  nameOf(item: T): string;
  row(item: T, at: number): ComponentChildren;
  onMove(items: T[]): void;
}

export function Order<T>({ label, items, keyOf, nameOf, row, onMove }: OrderProps<T>) {
  const list = useRef<HTMLOListElement>(null);
  const [dragged, setDragged] = useState<number | null>(null);
  const [over, setOver] = useState<number | null>(null);
  const [said, setSaid] = useState("");
  const move = (from: number, to: number): void => {
    if (to < 0 || to >= items.length || from === to) return;
    const next = [...items];
    const [one] = next.splice(from, 1);
    next.splice(to, 0, one!);
    setSaid(r("order.moved", { name: nameOf(one!), place: to + 1, n: items.length }));
    onMove(next);
    requestAnimationFrame(() => list.current?.children[to]?.querySelector<HTMLElement>(".order__grip")?.focus());
  };
  const onKeyDown = (event: KeyboardEvent, at: number): void => {
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (!step || (!event.altKey && !(event.target as Element).matches(".order__grip"))) return;
    event.preventDefault();
    move(at, at + step);
  };
  return (
    <>
      <ol class="order" aria-label={label} ref={list}>
        {items.map((item, at) => (
          <li
            key={keyOf(item)}
            data-dragged={dragged === at || undefined}
            data-over={over === at && dragged !== at ? (dragged! < at ? "below" : "above") : undefined}
            onKeyDown={(event) => onKeyDown(event, at)}
            onDragOver={(event) => {
              if (dragged === null) return;
              event.preventDefault();
              setOver(at);
            }}
            onDrop={(event) => {
              event.preventDefault();
              if (dragged !== null) move(dragged, at);
            }}
          >
            <button
              type="button"
              class="btn btn--ghost btn--icon order__grip"
              draggable
              aria-label={r("order.grip", { name: nameOf(item) })}
              title={r("order.hint")}
              onDragStart={(event) => {
                event.dataTransfer?.setData("text/plain", keyOf(item));
                const row = event.currentTarget.closest("li");
                if (row) event.dataTransfer?.setDragImage(row, 16, 16);
                setDragged(at);
              }}
              onDragEnd={() => (setDragged(null), setOver(null))}
            >
              <Icon name="drag" />
            </button>
            <div class="order__what">{row(item, at)}</div>
            <span class="order__moves">
              <button
                type="button"
                class="btn btn--ghost btn--icon"
                disabled={at === 0}
                aria-label={r("order.up", { name: nameOf(item) })}
                onClick={() => move(at, at - 1)}
              >
                <Icon name="higher" />
              </button>
              <button
                type="button"
                class="btn btn--ghost btn--icon"
                disabled={at === items.length - 1}
                aria-label={r("order.down", { name: nameOf(item) })}
                onClick={() => move(at, at + 1)}
              >
                <Icon name="lower" />
              </button>
            </span>
          </li>
        ))}
      </ol>
      <p class="vh" role="status">
        {said}
      </p>
    </>
  );
}
