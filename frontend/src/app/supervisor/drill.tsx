/** The conversations behind a figure, to open, to give to somebody or to move. */

import { useEffect, useRef, useState } from "preact/hooks";
import { api, path } from "../../lib/api";
import { t } from "../../lib/i18n";
import { clock } from "../../lib/time";
import type { Page } from "../../lib/types";
import { Avatar } from "../../ui/avatar";
import { initials } from "../../lib/names";
import { Dialog } from "../../ui/dialog";
import { Icon } from "../../ui/icons";
import { type Choice, Menu } from "../../ui/menu";
import { give, move } from "./acts";
import { Age, Left, clocked } from "./age";
import { type Drilled, drilled } from "./drilling";
import { toConversation } from "./links";
import { KindIcon } from "./parts";
import { isOver } from "./risks";
import type { Counted, LivePromise } from "./shapes";
import { board, isShown, nameOfAgent, nameOfQueue } from "./store";
import { w } from "./words";

export { drilled };

const AGAIN_MS = 1_000;

const close = (): void => {
  drilled.value = null;
};

export function Drill({ what }: { what: Drilled }) {
  const { rows, hasFailed } = useCounted(what);
  const place = what.agent ? "" : nameOfQueue(what.queue ?? null) || w("filter.allQueues");
  const title = what.agent ? nameOfAgent(what.agent) : w(`drill.${what.figure ?? "active"}`);
  return (
    <Dialog
      title={title}
      lead={what.agent ? w("drill.agent") : [place, what.kind && w(`kind.${what.kind}`)].filter(Boolean).join(" · ")}
      kind="drill"
      onClose={close}
      foot={
        <button type="button" class="btn push" onClick={close}>
          {t("act.close")}
        </button>
      }
    >
      <div class="dialog__body drill">
        {hasFailed && <p role="alert">{w("drill.failed")}</p>}
        {!hasFailed && rows === null && (
          <div class="skeleton drill__wait" role="status" aria-label={w("loading")}>
            {Array.from({ length: 4 }, (_, at) => (
              <i key={at} />
            ))}
          </div>
        )}
        {rows?.length === 0 && <p class="quiet none">{w("drill.none")}</p>}
        {rows && rows.length > 0 && (
          <ul class="drill__rows">
            {rows.map((row) => (
              <Row key={row.id ?? row.conversation_id} row={row} />
            ))}
          </ul>
        )}
      </div>
    </Dialog>
  );
}

/** What is counted now: fetched, and fetched again as the board moves, at most each second. */
function useCounted({ figure, queue, kind, agent }: Drilled): { rows: Counted[] | null; hasFailed: boolean } {
  const [rows, setRows] = useState<Counted[] | null>(null);
  const [hasFailed, setFailed] = useState(false);
  const fetchedAt = useRef(0);
  const at = board.value?.at;
  useEffect(() => {
    if (!figure) return;
    let isOver = false;
    const load = async (): Promise<void> => {
      fetchedAt.current = Date.now();
      try {
        const { items } = await api.get<Page<Counted>>(path("/live/conversations", { figure, queue_id: queue, kind }));
        if (!isOver) setRows(items);
        if (!isOver) setFailed(false);
      } catch {
        if (!isOver) setFailed(true);
      }
    };
    const timer = setTimeout(() => void load(), Math.max(0, fetchedAt.current + AGAIN_MS - Date.now()));
    return () => {
      isOver = true;
      clearTimeout(timer);
    };
  }, [figure, queue, kind, at]);
  if (agent) return { rows: board.value?.agents.find((one) => one.id === agent)?.work ?? [], hasFailed: false };
  return { rows: rows && (queue ? rows : rows.filter((row) => isShown(row.queue_id))), hasFailed };
}

function Row({ row }: { row: Counted }) {
  const who = nameOfAgent(row.agent_id ?? row.assignee_id);
  const open = toConversation(row);
  const leave = (event: MouseEvent): void => {
    open(event);
    if (event.defaultPrevented) close();
  };
  const facts = [nameOfQueue(row.queue_id), who, row.stuck_reason || row.warning].filter(Boolean).join(" · ");
  return (
    <li class="drill__row">
      {row.kind ? <KindIcon kind={row.kind} /> : <Icon name="clock" size="s" />}
      <a class="clip" dir="auto" href={`/inbox/open/${row.number}`} title={row.subject} onClick={leave}>
        <b>{row.contact}</b> {row.subject} <span class="quiet">#{row.number}</span>
      </a>
      <span class="drill__time">
        <When row={row} />
      </span>
      <small class="clip" title={facts}>
        {facts}
      </small>
      {!row.outcome && (
        <span class="drill__acts">
          <Menu
            label={w("act.giveTo", { number: row.number })}
            class="btn btn--ghost"
            button={
              <>
                {w("act.give")} <Icon name="down" size="s" />
              </>
            }
            choices={agentsFor(row)}
          />
          <Menu
            label={w("act.moveTo", { number: row.number })}
            class="btn btn--ghost"
            button={
              <>
                {w("act.move")} <Icon name="down" size="s" />
              </>
            }
            choices={queuesFor(row)}
          />
        </span>
      )}
    </li>
  );
}

function When({ row }: { row: Counted }) {
  if (row.wait_seconds !== undefined && row.at) {
    return (
      <>
        {clocked(row.wait_seconds)} <span class="quiet">{clock(row.at)}</span>
      </>
    );
  }
  if (row.sla?.due_at) return <Left until={row.sla.due_at} state={isOver(row as LivePromise) ? "breached" : "soon"} />;
  return <Age since={row.queued_at ?? null} />;
}

const RANK = { online: 0, busy: 1, away: 2, offline: 3 };

/** Members of the queue first, those who are here before those who are not, the least busy first. */
function agentsFor(row: Counted): Choice[] {
  const members = new Set(board.value?.queues.find((one) => one.id === row.queue_id)?.member_ids);
  const isUrgent = row.kind === "chat" || row.kind === "voice" || row.kind === "video";
  // Nobody who waits in person is handed to an empty chair.
  const able = (board.value?.agents ?? []).filter((agent) => !isUrgent || agent.state !== "offline");
  const listed = able.sort(
    (a, b) =>
      Number(members.has(b.id)) - Number(members.has(a.id)) ||
      RANK[a.state] - RANK[b.state] ||
      a.load - b.load ||
      a.name.localeCompare(b.name),
  );
  return listed.map((agent) => ({
    key: agent.id,
    label: agent.name,
    hint: w("act.load", { n: agent.load }),
    isChosen: agent.id === (row.agent_id ?? row.assignee_id),
    lead: <Avatar letters={initials(agent.name)} size="s" presence={agent.state} />,
    run: () => void give(row.conversation_id, agent.id),
  }));
}

function queuesFor(row: Counted): Choice[] {
  return (board.value?.queues ?? []).map((queue) => ({
    key: queue.id,
    label: queue.name,
    hint: w("act.waiting", { n: queue.waiting }),
    isChosen: queue.id === row.queue_id,
    run: () => void move(row.conversation_id, queue.id),
  }));
}
