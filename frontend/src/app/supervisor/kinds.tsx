/** The same figures by kind of work. */

import { Age, clocked } from "./age";
import { byKind, hasContacts } from "./fold";
import { Cap, KindIcon, Opens, percent } from "./parts";
import { narrowed, shownQueues } from "./store";
import { w } from "./words";

const COLUMNS = ["kind", "waiting", "offered", "longest", "active", "level", "speed", "abandoned"] as const;

export function Kinds() {
  const rows = byKind(shownQueues.value);
  const queue = narrowed.value.queue;
  return (
    <section aria-labelledby="board-kinds">
      <Cap id="board-kinds" title={w("kinds")} />
      {rows.length ? (
        <div class="qscroll" tabIndex={0} role="group" aria-labelledby="board-kinds">
          <table class="qtable qtable--kinds">
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
              {rows.map(({ kind, figures }) => (
                <tr key={kind}>
                  <th scope="row">
                    <span class="kindname">
                      <KindIcon kind={kind} />
                      <span aria-hidden="true">{w(`kind.${kind}`)}</span>
                    </span>
                  </th>
                  <td>
                    <Opens n={figures.waiting} to={{ figure: "waiting", queue, kind }} label={w("column.waiting")} />
                  </td>
                  <td>
                    <Opens n={figures.offered} to={{ figure: "offered", queue, kind }} label={w("column.offered")} />
                  </td>
                  <td>
                    <Age since={figures.waiting_since} />
                  </td>
                  <td>
                    <Opens n={figures.active} to={{ figure: "active", queue, kind }} label={w("column.active")} />
                  </td>
                  <td>{hasContacts(figures) ? percent(figures.service_level) : "–"}</td>
                  <td>{figures.answered ? clocked(figures.average_speed_of_answer_seconds) : "–"}</td>
                  <td>
                    <Opens
                      n={figures.abandoned}
                      to={{ figure: "abandoned", queue, kind }}
                      label={w("column.abandoned")}
                    />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      ) : (
        <p class="quiet none">{w("kinds.none")}</p>
      )}
    </section>
  );
}
