/** The figures of everything that is shown, in a row. */

import { count } from "../../lib/i18n";
import { Age, clocked } from "./age";
import { addedUp, hasContacts, total } from "./fold";
import { type Drilled, drill } from "./drilling";
import { Spark, percent } from "./parts";
import { minutesOf, narrowed, shownQueues } from "./store";
import type { BoardQueue } from "./shapes";
import { type Word, w } from "./words";
import type { ComponentChildren } from "preact";

export function Summary() {
  const queues = shownQueues.value;
  const all = total(queues);
  const minutes = addedUp(queues.map(minutesOf));
  const risks = queues.reduce((sum, one) => sum + one.sla_at_risk, 0);
  const broken = queues.reduce((sum, one) => sum + one.sla_breached, 0);
  const queue = narrowed.value.queue;
  const oldest = longest(queues);
  const gaveUp = all.answered + all.abandoned ? all.abandoned / (all.answered + all.abandoned) : 0;
  return (
    <div class="figures">
      <Tile
        title="waiting"
        n={all.waiting}
        to={{ figure: "waiting", queue }}
        note={w("note.offered", { n: all.offered })}
      >
        {count(all.waiting)}
        <Spark values={minutes} />
      </Tile>
      <Tile
        title="longest"
        n={all.waiting + all.offered}
        to={{ figure: "unanswered", queue: oldest?.id ?? queue }}
        note={oldest?.name ?? w("note.nobody")}
      >
        <Age since={all.waiting_since} />
      </Tile>
      <Tile
        title="active"
        n={all.active}
        to={{ figure: "active", queue }}
        note={w("note.wrapping", { n: all.wrapping })}
      >
        {count(all.active)}
      </Tile>
      <Tile
        title="level"
        n={all.answered + all.abandoned_late}
        to={{ figure: "late", queue }}
        note={w("note.inTime", { n: all.answered_in_time, of: count(all.answered + all.abandoned_late) })}
      >
        {hasContacts(all) ? percent(all.service_level) : "–"}
      </Tile>
      <Tile
        title="speed"
        n={all.answered}
        to={{ figure: "answered", queue }}
        note={w("note.answered", { n: all.answered })}
      >
        {all.answered ? clocked(all.average_speed_of_answer_seconds) : "–"}
      </Tile>
      <Tile
        title="abandoned"
        n={all.abandoned}
        to={{ figure: "abandoned", queue }}
        note={w("note.abandoned", { percent: percent(gaveUp, 1), n: all.answered + all.abandoned })}
      >
        {count(all.abandoned)}
      </Tile>
      <Tile
        title="risk"
        n={risks}
        to={{ figure: "sla_at_risk", queue }}
        note={w("note.over", { n: broken })}
        state={broken ? "breached" : undefined}
      >
        {count(risks)}
      </Tile>
    </div>
  );
}

interface TileProps {
  title: "waiting" | "longest" | "active" | "level" | "speed" | "abandoned" | "risk";
  n: number;
  to: Drilled;
  note: string;
  state?: "breached" | undefined;
  children: ComponentChildren;
}

function Tile({ title, n, to, note, state, children }: TileProps) {
  const words: Word = `figure.${title}`;
  return (
    <button type="button" class="figure" data-state={state} disabled={!n} onClick={() => drill(to)}>
      <span class="figure__label">{w(words)}</span>
      <span class="figure__value">{children}</span>
      <span class="figure__note clip" title={note}>
        {note}
      </span>
    </button>
  );
}

function longest(queues: readonly BoardQueue[]): BoardQueue | undefined {
  return queues.filter((one) => one.waiting_since).sort((a, b) => (a.waiting_since! < b.waiting_since! ? -1 : 1))[0];
}
