/** Who waited over the last hour: a line, and a table of the same beside it. */

import { count, locale } from "../../lib/i18n";
import { notation, timeZone } from "../../lib/time";
import { addedUp } from "./fold";
import { Cap } from "./parts";
import { board, minutesOf, shownQueues } from "./store";
import { w } from "./words";

const WIDTH = 560;
const HEIGHT = 168;
const LEFT = 30;
const RIGHT = 14;
const FOOT = 20;
const TOP = 10;

/** Every ten minutes has a row in the table. */
const STEP = 10;

export function History() {
  const minutes = addedUp(shownQueues.value.map(minutesOf));
  const last = minutes.length - 1;
  const end = (board.value?.minute ?? 0) * 60_000;
  const time = (at: number): string => hour(end - (last - 1 - at) * 60_000);
  const rows = Array.from({ length: 6 }, (_, row) => {
    const from = row * STEP;
    const part = minutes.slice(from, from + STEP);
    return { from, part };
  });
  return (
    <section aria-labelledby="board-hour">
      <Cap id="board-hour" title={w("hour")} />
      <div class="hour">
        <Chart minutes={minutes} label={time} />
        <table class="ctable">
          <thead>
            <tr>
              <th scope="col">{w("hour.from")}</th>
              <th scope="col">{w("hour.mean")}</th>
              <th scope="col">{w("hour.peak")}</th>
            </tr>
          </thead>
          <tbody>
            {rows.map(({ from, part }) => (
              <tr key={from}>
                <th scope="row">{time(from)}</th>
                <td>{(part.reduce((sum, n) => sum + n, 0) / Math.max(1, part.length)).toFixed(1)}</td>
                <td>{count(Math.max(0, ...part))}</td>
              </tr>
            ))}
            <tr>
              <th scope="row">{w("hour.now")}</th>
              <td colSpan={2}>{count(minutes[last] ?? 0)}</td>
            </tr>
          </tbody>
        </table>
      </div>
    </section>
  );
}

function Chart({ minutes, label }: { minutes: readonly number[]; label(at: number): string }) {
  const last = Math.max(1, minutes.length - 1);
  const step = stepFor(Math.max(...minutes, 1));
  const top = Math.max(step, Math.ceil(Math.max(...minutes, 1) / step) * step);
  const x = (at: number): number => LEFT + (at / last) * (WIDTH - LEFT - RIGHT);
  const y = (n: number): number => HEIGHT - FOOT - (n / top) * (HEIGHT - FOOT - TOP);
  const points = minutes.map((n, at) => `${x(at).toFixed(1)},${y(n).toFixed(1)}`).join(" ");
  const marks = Array.from({ length: top / step + 1 }, (_, at) => at * step);
  const times = [0, 20, 40, last - 1];
  return (
    // The table beside it says the same in words; left to right everywhere, as clocks run on charts.
    <svg class="chart" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-labelledby="board-hour" direction="ltr">
      {marks.map((n) => (
        <g key={n}>
          <path class="grid" d={`M${LEFT} ${y(n)}H${WIDTH - RIGHT}`} />
          <text x={LEFT - 8} y={y(n) + 4} text-anchor="end">
            {count(n)}
          </text>
        </g>
      ))}
      <polygon class="area" points={`${x(0)},${y(0)} ${points} ${x(last)},${y(0)}`} />
      <polyline class="line" points={points} />
      <circle class="now" cx={x(last)} cy={y(minutes[last] ?? 0)} r="3.5" />
      {times.map((at) => (
        <text key={at} x={x(at)} y={HEIGHT - 4} text-anchor={at === 0 ? "start" : at >= last - 1 ? "end" : "middle"}>
          {label(at)}
        </text>
      ))}
    </svg>
  );
}

/** A round distance between lines, so that there are at most five of them. */
function stepFor(most: number): number {
  const steps = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000];
  return steps.find((step) => most / step <= 4) ?? 5_000;
}

function hour(at: number): string {
  const format = new Intl.DateTimeFormat(notation(locale.value), {
    hour: "2-digit",
    minute: "2-digit",
    timeZone: timeZone.value,
  });
  return format.format(at);
}
