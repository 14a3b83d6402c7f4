/** A few days drawn as bars: open hours, what of them is counted, and the moments it begins and ends. */

import type { Hours, Span } from "./hours";
import { daysBetween, daysLater, openOn } from "./hours";
import { spokenDate } from "./zones";
import { r } from "../routing/words";

const DAY = 1_440;
export interface WallMoment {
  date: string;
  minutes: number;
}

interface StripProps {
  hours: Hours;
  from: WallMoment;
  due: WallMoment | null;
}

/** At most ten days; a due moment further away is said in words only. */
export function Strip({ hours, from, due }: StripProps) {
  const length = Math.min(10, Math.max(7, due ? daysBetween(from.date, due.date) + 1 : 7));
  const days = Array.from({ length }, (_, at) => daysLater(from.date, at));
  return (
    <div class="strip" role="img" aria-label={r("strip.label")}>
      <span />
      <span class="strip__axis ltr">
        {[0, 6, 12, 18, 24].map((hour) => (
          <span key={hour}>{hour}</span>
        ))}
      </span>
      {days.map((date) => (
        <Row key={date} date={date} open={openOn(hours, date)} from={from} due={due} />
      ))}
    </div>
  );
}

function Row({ date, open, from, due }: { date: string; open: Span[]; from: WallMoment; due: WallMoment | null }) {
  const begin = date < from.date ? DAY : date === from.date ? from.minutes : 0;
  const end = !due ? 0 : date > due.date ? 0 : date === due.date ? due.minutes : DAY;
  return (
    <>
      <span class="strip__day" data-closed={!open.length || undefined}>
        {spokenDate(date, true)}
      </span>
      <svg class="strip__bar" viewBox={`0 0 ${DAY} 20`} preserveAspectRatio="none" aria-hidden="true">
        <rect class="strip__closed" y="4" width={DAY} height="12" />
        {open.map((span) => (
          <rect key={span.start} class="strip__open" x={span.start} y="4" width={span.end - span.start} height="12" />
        ))}
        {open.flatMap((span) => {
          const [start, stop] = [Math.max(span.start, begin), Math.min(span.end, end)];
          return start < stop
            ? [<rect key={span.start} class="strip__counted" x={start} y="4" width={stop - start} height="12" />]
            : [];
        })}
        {date === from.date && <rect class="strip__begin" x={from.minutes - 4} width="8" height="20" />}
        {due && date === due.date && <rect class="strip__due" x={due.minutes - 4} width="8" height="20" />}
      </svg>
    </>
  );
}
