/** Each queue in a row of its own: who waits, how the day went, who is there. */

import { count, t } from "../../lib/i18n";
import type { Id, WorkKind } from "../../lib/types";
import { Ring } from "../../ui/ring";
import { Age, clocked } from "./age";
import { hasContacts } from "./fold";
import { Cap, Gauge, KindIcon, Opens, Spark, percent } from "./parts";
import type { BoardQueue } from "./shapes";
import { minutesOf, narrow, shownQueues } from "./store";
import { w } from "./words";

const COLUMNS = [
  "queue",
  "hour",
  "waiting",
  "offered",
  "longest",
  "active",
  "level",
  "speed",
  "abandoned",
  "risk",
  "agents",
] as const;

export function Queues() {
  const rows = shownQueues.value;
  return (
    <section aria-labelledby="board-queues">
      <Cap id="board-queues" title={w("queues")} note={count(rows.length)} />
      <div class="qscroll" tabIndex={0} role="group" aria-labelledby="board-queues">
        <table class="qtable">
          <thead>
            <tr>
              {COLUMNS.map((name) => (
                <th key={name} scope="col" data-column={name}>
                  {w(`column.${name}`)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((queue) => (
              <Row key={queue.id} queue={queue} />
            ))}
          </tbody>
        </table>
      </div>
      {!rows.length && <p class="quiet none">{w("queues.none")}</p>}
    </section>
  );
}

function Row({ queue }: { queue: BoardQueue }) {
  const of = { queue: queue.id };
  const isLate = queue.waiting_since !== null;
  return (
    <tr>
      <th scope="row">
        <button type="button" class="qname" title={queue.name} onClick={() => narrow({ queue: queue.id })}>
          <span class="clip" dir="auto">
            {queue.name}
          </span>
        </button>
        <small>
          {kindsOf(queue).map((kind) => (
            <KindIcon key={kind} kind={kind} />
          ))}
        </small>
      </th>
      <td>
        <Spark values={minutesOf(queue)} />
      </td>
      <td class="big">
        <Opens n={queue.waiting} to={{ figure: "waiting", ...of }} label={w("column.waiting")} />
      </td>
      <td>
        <Opens n={queue.offered} to={{ figure: "offered", ...of }} label={w("column.offered")} />
      </td>
      <td class="big">
        <Age since={queue.waiting_since} class={isLate ? "" : "quiet"} />
      </td>
      <td>
        <Opens n={queue.active} to={{ figure: "active", ...of }} label={w("column.active")} />
      </td>
      <td>
        <Level queue={queue} />
      </td>
      <td>{queue.answered ? clocked(queue.average_speed_of_answer_seconds) : <span class="quiet">–</span>}</td>
      <td>
        <Opens n={queue.abandoned} to={{ figure: "abandoned", ...of }} label={w("column.abandoned")} />
      </td>
      <td>
        <Risk queue={queue} />
      </td>
      <td>
        <Staff agents={queue.agents} />
      </td>
    </tr>
  );
}

const seen = new Map<Id, WorkKind[]>();

/** A queue's kinds in the order in which they came up, so that a new one moves none. */
function kindsOf({ id, kinds }: BoardQueue): WorkKind[] {
  const now = Object.keys(kinds) as WorkKind[];
  const before = (seen.get(id) ?? []).filter((kind) => now.includes(kind));
  const all = [...before, ...now.filter((kind) => !before.includes(kind))];
  seen.set(id, all);
  return all;
}

function Level({ queue }: { queue: BoardQueue }) {
  const goal = queue.service_level_percent;
  const title = w("goal", { percent: percent(goal / 100), time: clocked(queue.service_level_seconds) });
  if (!hasContacts(queue)) {
    return (
      <span class="quiet" title={title}>
        –
      </span>
    );
  }
  return (
    <span class="cellring" title={title}>
      <Opens n={queue.answered + queue.abandoned_late} to={{ figure: "late", queue: queue.id }} label={w("drill.late")}>
        {percent(queue.service_level)}
      </Opens>
      <Gauge level={queue.service_level} goal={goal} />
    </span>
  );
}

function Risk({ queue }: { queue: BoardQueue }) {
  const soon = queue.sla_at_risk - queue.sla_breached;
  if (!queue.sla_at_risk) return <span class="quiet">{w("none")}</span>;
  return (
    <Opens n={queue.sla_at_risk} to={{ figure: "sla_at_risk", queue: queue.id }} label={w("column.risk")}>
      <span class="risk">
        <span class="due" data-state="soon">
          {soon > 0 && (
            <>
              <Ring state="soon" share={0.25} size="s" /> {count(soon)}
            </>
          )}
        </span>
        <span class="due" data-state="breached">
          {queue.sla_breached > 0 && (
            <>
              <Ring state="breached" size="s" /> {count(queue.sla_breached)}
            </>
          )}
        </span>
      </span>
    </Opens>
  );
}

const STATES = ["online", "busy", "away"] as const;

function Staff({ agents }: { agents: BoardQueue["agents"] }) {
  return (
    <span class="staff">
      {STATES.map((state) => (
        <span key={state} class={agents[state] ? "" : "quiet"} title={t(`presence.${state}`)}>
          <span class="presence" data-state={state} />
          <span class="vh">{t(`presence.${state}`)}</span>
          <span class="num">{count(agents[state])}</span>
        </span>
      ))}
    </span>
  );
}
