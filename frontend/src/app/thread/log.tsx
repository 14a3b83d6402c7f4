/** The timeline: days, the new-line marker, items of every kind, and what is still on its way out. */

import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { t } from "../../lib/i18n";
import { outbox } from "../../lib/store/outbox";
import { myId } from "../../lib/store/session";
import { loadOlder, loadTimeline, markRead, timeline } from "../../lib/store/timelines";
import { dayKey, dayName } from "../../lib/time";
import type { Conversation, Item } from "../../lib/types";
import { Empty } from "../../ui/empty";
import { ItemView } from "./item";
import { OutgoingView } from "./outgoing";

const NEAR = 80;

export function Log({ one }: { one: Conversation }) {
  const held = timeline(one.id);
  const items = held.items.value;
  const going = outbox.value.filter(
    (entry) => entry.conversationId === one.id && !items.some((item) => item.client_id === entry.clientId),
  );
  const scroller = useRef<HTMLDivElement>(null);
  const stick = useRef({ isAtEnd: true, height: 0, first: 0 });

  const onScroll = (): void => {
    const element = scroller.current;
    if (!element) return;
    stick.current.isAtEnd = element.scrollHeight - element.scrollTop - element.clientHeight < NEAR;
    if (element.scrollTop < 400 && held.hasOlder.value) void loadOlder(one.id);
    if (stick.current.isAtEnd && !document.hidden) markRead(one.id);
  };

  useLayoutEffect(() => {
    const element = scroller.current;
    if (!element) return;
    const first = items[0]?.seq ?? 0;
    const grewAbove = stick.current.first > 0 && first < stick.current.first;
    if (grewAbove) element.scrollTop += element.scrollHeight - stick.current.height;
    else if (stick.current.isAtEnd) element.scrollTop = element.scrollHeight;
    stick.current.height = element.scrollHeight;
    stick.current.first = first;
    if (stick.current.isAtEnd && !document.hidden && held.phase.value === "ready") markRead(one.id);
  }, [items, going.length, held.phase.value]);

  useLayoutEffect(() => followSize(scroller.current, stick.current), []);
  useEffect(() => {
    document.addEventListener("visibilitychange", onScroll);
    return () => document.removeEventListener("visibilitychange", onScroll);
  }, []);

  return (
    <div
      ref={scroller}
      class="pane__scroll thread__scroll"
      role="log"
      tabIndex={0}
      onScroll={onScroll}
      aria-label={t("thread.log", { name: one.contact.name })}
      aria-busy={held.phase.value === "loading"}
    >
      {held.phase.value === "failed" ? (
        <Failed id={one.id} />
      ) : (
        <div class="log">
          {held.phase.value === "loading" && !items.length ? (
            <Skeleton />
          ) : (
            <Items items={items} readUpTo={held.readUpTo.value} />
          )}
          {going.map((entry) => (
            <OutgoingView key={entry.clientId} entry={entry} />
          ))}
        </div>
      )}
    </div>
  );
}

/** Letters measure themselves late and windows change: a log read at its end stays at its end. */
function followSize(
  element: HTMLElement | null,
  stick: { isAtEnd: boolean; height: number },
): (() => void) | undefined {
  const content = element?.firstElementChild;
  if (!element || !content) return undefined;
  const observer = new ResizeObserver(() => {
    if (stick.isAtEnd) element.scrollTop = element.scrollHeight;
    stick.height = element.scrollHeight;
  });
  observer.observe(content);
  observer.observe(element);
  return () => observer.disconnect();
}

function Items({ items, readUpTo }: { items: readonly Item[]; readUpTo: number | null }) {
  const firstNew =
    readUpTo === null
      ? undefined
      : items.find((item) => item.seq > readUpTo && item.kind === "message" && item.direction === "inbound");
  const fresh = firstNew
    ? items.filter((item) => item.seq >= firstNew.seq && isSaid(item) && item.author.id !== myId.value).length
    : 0;
  let day = "";
  return (
    <>
      {items.map((item, at) => {
        const key = dayKey(Date.parse(item.occurred_at));
        const isNewDay = key !== day;
        day = key;
        return [
          isNewDay && (
            <div key={`day-${key}-${item.seq}`} class="day">
              <time dateTime={key}>{dayName(Date.parse(item.occurred_at))}</time>
            </div>
          ),
          fresh > 0 && item === firstNew && (
            <div key="new" class="unread">
              {t("thread.new", { n: fresh })}
            </div>
          ),
          <ItemView
            key={item.id}
            item={item}
            follows={!isNewDay && !(item === firstNew) && isSameTurn(items[at - 1], item)}
          />,
        ];
      })}
    </>
  );
}

const isSaid = (item: Item): boolean => item.kind === "message" || item.kind === "note";
const TURN_MS = 5 * 60_000;

/** Bubbles of one person within five minutes read as one turn. */
function isSameTurn(before: Item | undefined, item: Item): boolean {
  return (
    before !== undefined &&
    before.kind === "message" &&
    item.kind === "message" &&
    before.author.id === item.author.id &&
    before.direction === item.direction &&
    before.channel?.id === item.channel?.id &&
    Date.parse(item.occurred_at) - Date.parse(before.occurred_at) < TURN_MS
  );
}

function Skeleton() {
  return (
    <div class="log__wait" aria-hidden="true">
      <i class="skeleton" />
      <i class="skeleton skeleton--out" />
      <i class="skeleton" />
    </div>
  );
}

function Failed({ id }: { id: string }) {
  return (
    <Empty title={t("thread.failed")} text={t("thread.failedText")}>
      <button type="button" class="btn" onClick={() => void loadTimeline(id)}>
        {t("act.tryAgain")}
      </button>
    </Empty>
  );
}
