/** Two lines over time, before and after, with the table of the same numbers folded below. */

import { clock, exact } from "../../../lib/time";
import type { Result } from "./data";
import { seconds } from "./numbers";
import { u } from "./words";

const WIDTH = 640;
const HEIGHT = 160;
const MOST_ROWS = 400;

type Hours = Result["hours"];

export function WaitChart({ hours }: { hours: Hours }) {
  if (hours.length < 2) return null;
  const most = Math.max(1, ...hours.flatMap(({ before, after }) => [before ?? 0, after ?? 0]));
  const first = Date.parse(hours[0]!.at);
  const last = Date.parse(hours.at(-1)!.at);
  const line = (side: "before" | "after"): string =>
    hours
      .filter((hour) => hour[side] !== null)
      .map((hour, index) => {
        const x = ((Date.parse(hour.at) - first) / (last - first)) * WIDTH;
        const y = HEIGHT - ((hour[side] ?? 0) / most) * HEIGHT;
        return `${index ? "L" : "M"}${x.toFixed(1)} ${y.toFixed(1)}`;
      })
      .join("");
  return (
    <figure class="waits">
      <figcaption>{u("chart.title")}</figcaption>
      <p class="waits__key" aria-hidden="true">
        <span data-side="before">{u("side.before")}</span>
        <span data-side="after">{u("side.after")}</span>
      </p>
      <div class="waits__plot" dir="ltr">
        <span class="waits__most">{seconds(most)}</span>
        <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" role="img" aria-label={u("chart.title")}>
          <path data-side="before" d={line("before")} />
          <path data-side="after" d={line("after")} />
        </svg>
        <span class="waits__from">{clock(hours[0]!.at)}</span>
        <span class="waits__to">{clock(hours.at(-1)!.at)}</span>
      </div>
      <details>
        <summary>{u("chart.table")}</summary>
        <div class="scroller" tabIndex={0} role="region" aria-label={u("chart.title")}>
          <table class="reckoning">
            <thead>
              <tr>
                <th scope="col">{u("chart.hour")}</th>
                <th scope="col">{u("side.before")}</th>
                <th scope="col">{u("side.after")}</th>
              </tr>
            </thead>
            <tbody>
              {hours.slice(0, MOST_ROWS).map((hour) => (
                <tr key={hour.at}>
                  <th scope="row">
                    <time dateTime={hour.at} title={exact(hour.at)}>
                      {clock(hour.at)}
                    </time>
                  </th>
                  <td>{seconds(hour.before)}</td>
                  <td>{seconds(hour.after)}</td>
                </tr>
              ))}
            </tbody>
          </table>
          {hours.length > MOST_ROWS && <p class="quiet">{u("chart.more", { n: hours.length - MOST_ROWS })}</p>}
        </div>
      </details>
    </figure>
  );
}
