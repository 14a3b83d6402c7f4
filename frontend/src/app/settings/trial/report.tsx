/** What a backtest found: figures side by side, waits over time, promises, load, and who would have gone elsewhere. */

import { t } from "../../../lib/i18n";
import { navigate } from "../../../lib/store/route";
import { WaitChart } from "./chart";
import type { Figures, Result, Sides } from "./data";
import { news, number, seconds, share } from "./numbers";
import { clockName } from "./testform";
import { type TrialWord, u } from "./words";

interface Row {
  name: keyof Figures;
  words(value: number | null): string;
  /** Undefined where more or less is neither good nor bad. */
  isLessBetter?: boolean;
}
const ROWS: readonly Row[] = [
  { name: "arrived", words: number },
  { name: "taken", words: number, isLessBetter: false },
  { name: "abandoned", words: number, isLessBetter: true },
  { name: "still_waiting", words: number, isLessBetter: true },
  { name: "wait_mean", words: seconds, isLessBetter: true },
  { name: "wait_median", words: seconds, isLessBetter: true },
  { name: "wait_p90", words: seconds, isLessBetter: true },
  { name: "wait_longest", words: seconds, isLessBetter: true },
  { name: "service_level", words: share, isLessBetter: false },
];

export function Report({ result }: { result: Result }) {
  return (
    <div class="report">
      <Compared title={u("report.all")} sides={result} observed={result.observed} />
      <WaitChart hours={result.hours} />
      {result.queues.length > 1 &&
        result.queues.map((queue) => <Compared key={queue.id} title={queue.name} sides={queue} isFolded />)}
      <Promises result={result} />
      <Load result={result} />
      <Moved result={result} />
    </div>
  );
}

interface ComparedProps {
  title: string;
  sides: Sides<Figures>;
  observed?: Figures;
  isFolded?: boolean;
}

function Compared({ title, sides, observed, isFolded }: ComparedProps) {
  const { before, after } = sides;
  const table = (
    <div class="scroller" tabIndex={0} role="region" aria-label={title}>
      <table class="reckoning reckoning--sides">
        <caption class="vh">{title}</caption>
        <thead>
          <tr>
            <th />
            {observed && (
              <th scope="col" title={u("side.observedText")}>
                {u("side.observed")}
              </th>
            )}
            <th scope="col">{u("side.before")}</th>
            <th scope="col">{u("side.after")}</th>
          </tr>
        </thead>
        <tbody>
          {ROWS.map(({ name, words, isLessBetter }) => (
            <tr key={name}>
              <th scope="row">{u(`figure.${name}` as TrialWord)}</th>
              {observed && <td class="quiet">{words(observed[name])}</td>}
              <td>{words(before[name])}</td>
              <td
                class="news"
                data-news={isLessBetter === undefined ? "same" : news(before[name], after[name], isLessBetter)}
              >
                {words(after[name])}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
  if (!isFolded) return table;
  return (
    <details class="sheet">
      <summary dir="auto">
        {title} · {seconds(before.wait_median)} → {seconds(after.wait_median)}
      </summary>
      {table}
    </details>
  );
}

function Promises({ result }: { result: Result }) {
  if (!result.promises.length) return null;
  return (
    <section class="part">
      <h2>{u("report.promises")}</h2>
      <table class="reckoning reckoning--sides">
        <caption class="vh">{u("report.promises")}</caption>
        <thead>
          <tr>
            <th />
            <th scope="col">{u("side.before")}</th>
            <th scope="col">{u("side.after")}</th>
          </tr>
        </thead>
        <tbody>
          {result.promises.map((one) => (
            <tr key={one.clock}>
              <th scope="row">{clockName(one.clock)}</th>
              <td>{u("report.kept", { kept: number(one.kept_before), of: number(one.promised_before) })}</td>
              <td>{u("report.kept", { kept: number(one.kept_after), of: number(one.promised_after) })}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Load({ result }: { result: Result }) {
  const shown = result.agents.filter(({ before, after }) => before?.taken || after?.taken);
  if (!shown.length) return null;
  const words = (side: { taken: number; occupied: number } | null): string =>
    side ? u("report.load", { taken: number(side.taken), share: share(side.occupied) }) : "–";
  return (
    <section class="part">
      <h2>{u("report.agents")}</h2>
      <table class="reckoning reckoning--sides">
        <caption class="vh">{u("report.agents")}</caption>
        <thead>
          <tr>
            <th />
            <th scope="col">{u("side.before")}</th>
            <th scope="col">{u("side.after")}</th>
          </tr>
        </thead>
        <tbody>
          {shown.map((agent) => (
            <tr key={agent.id}>
              <th scope="row" dir="auto">
                {agent.name}
              </th>
              <td>{words(agent.before)}</td>
              <td>{words(agent.after)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Moved({ result: { moved } }: { result: Result }) {
  return (
    <section class="part">
      <h2>{u("report.moved")}</h2>
      <p class="quiet">{u("report.movedOf", { n: moved.count, of: number(moved.of) })}</p>
      {moved.conversations.length > 0 && (
        <ul class="channels">
          {moved.conversations.map((one) => (
            <li key={one.id}>
              <a
                href={`/inbox/all/${one.number}`}
                onClick={(event) => {
                  if (event.metaKey || event.ctrlKey || event.shiftKey) return;
                  event.preventDefault();
                  navigate({ view: "all", number: one.number });
                }}
              >
                <span class="tag">#{one.number}</span>
                <span class="channels__name clip" dir="auto">
                  {one.subject}
                </span>
                <span />
                <span class="channels__facts" dir="auto">
                  {placed(one.before)} → {placed(one.after)}
                </span>
              </a>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

const placed = ({ queue, priority }: { queue: string; priority: "low" | "normal" | "high" | "urgent" }): string =>
  `${queue || u("tests.noQueue")}, ${t(`priority.${priority}`)}`;
