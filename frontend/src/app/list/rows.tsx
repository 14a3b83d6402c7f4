/** The rows in sight, the keyboard's cursor over them, and a scroll place that survives live changes. */

import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { t } from "../../lib/i18n";
import { counters } from "../../lib/store/counters";
import { peek } from "../../lib/store/conversations";
import { hasMore, ids, isAtTop, loadMore, toTop } from "../../lib/store/list";
import { route, view } from "../../lib/store/route";
import type { Id } from "../../lib/types";
import { VirtualRows } from "../../ui/virtual";
import { currentId } from "../current";
import { openConversation } from "../panes";
import { Row } from "./row";

export const ROW = 76;

export function Rows({ label, children }: { label: string; children: ComponentChildren }) {
  const scroller = useRef<HTMLDivElement>(null);
  const anchor = useRef<{ id: Id | undefined; offset: number }>({ id: undefined, offset: 0 });
  const listed = ids.value;

  const remember = (): void => {
    const top = scroller.current?.scrollTop ?? 0;
    anchor.current = { id: ids.peek()[Math.floor(top / ROW)], offset: top % ROW };
    isAtTop.value = top < ROW / 2;
  };
  useLayoutEffect(() => {
    const element = scroller.current;
    if (!element || isAtTop.peek()) return;
    const at = listed.indexOf(anchor.current.id ?? "");
    if (at >= 0) element.scrollTop = at * ROW + anchor.current.offset;
  }, [listed]);
  useLayoutEffect(() => {
    scroller.current?.scrollTo({ top: 0 });
    isAtTop.value = true;
  }, [toTop.value]);
  useLayoutEffect(() => reveal(scroller.current, listed.indexOf(currentId.value ?? "")), [currentId.value]);

  const total = route.value.q || hasMore.value ? (counters.value[view.value.counter] ?? -1) : listed.length;
  const open = (id: Id): void => {
    const conversation = peek(id);
    if (conversation) openConversation(conversation.number);
  };
  return (
    <div ref={scroller} class="pane__scroll list__scroll" onScroll={remember} tabIndex={-1}>
      {children}
      <div
        role="listbox"
        id="conversations"
        aria-label={label}
        tabIndex={0}
        aria-activedescendant={
          currentId.value && listed.includes(currentId.value) ? `row-${currentId.value}` : undefined
        }
      >
        <VirtualRows
          items={listed}
          rowHeight={ROW}
          keyOf={(id) => id}
          scroller={scroller}
          onNearEnd={() => void loadMore()}
          row={(id, at) => (
            <Row
              id={id}
              position={at + 1}
              total={Math.max(total, route.value.q ? -1 : listed.length)}
              isOpen={id === currentId.value}
              onOpen={open}
            />
          )}
        />
      </div>
      {hasMore.value && (
        <p class="list__more" role="status">
          {t("list.more")}
        </p>
      )}
    </div>
  );
}

/** Scrolls just far enough that row `at` is in sight. */
function reveal(element: HTMLElement | null, at: number): void {
  if (!element || at < 0) return;
  const top = at * ROW;
  if (top < element.scrollTop) element.scrollTop = top;
  else if (top + ROW > element.scrollTop + element.clientHeight) element.scrollTop = top + ROW - element.clientHeight;
}
