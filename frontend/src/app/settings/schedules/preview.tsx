/** When something would be due by the schedule as it stands in the form, in a sentence and drawn. */

import { useState } from "preact/hooks";
import { api } from "../../../lib/api";
import { useAnswer } from "../routing/answer";
import { Duration } from "../routing/duration";
import { Caution } from "../routing/parts";
import { r } from "../routing/words";
import type { DueAnswer } from "./data";
import { type Hours, WEEKDAYS, isNeverOpen, minutesOf, nextWeekday, overlapping, sorted } from "./hours";
import { Strip } from "./strip";
import { instantOf, spokenMoment, wallOf, weekdayName } from "./zones";

export function SchedulePreview({ hours }: { hours: Hours }) {
  const [weekday, setWeekday] = useState(4);
  const [time, setTime] = useState("16:50");
  const [seconds, setSeconds] = useState(4 * 3_600);
  const today = wallOf(new Date(), hours.time_zone)?.date ?? new Date().toISOString().slice(0, 10);
  const from = { date: nextWeekday(today, weekday), minutes: minutesOf(time) };
  const at = instantOf(from.date, from.minutes, hours.time_zone);
  const { time_zone, holidays, closures } = hours;
  const question = { time_zone, holidays, closures, intervals: sorted(hours.intervals), at: at.toISOString(), seconds };
  const isSound = !isNeverOpen(hours) && !overlapping(hours.intervals).size;
  const answer = useAnswer<DueAnswer | null>(
    async (signal) => (isSound ? api.post<DueAnswer>("/schedules/preview", question, { signal }) : null),
    JSON.stringify(question),
  );
  const dueAt = isSound ? answer.value?.due_at : null;
  const due = dueAt ? wallOf(new Date(dueAt), time_zone) : null;
  return (
    <section class="preview" aria-label={r("preview")}>
      <h2>{r("preview")}</h2>
      <p class="sentence">
        {r("due.arriving")}
        <select
          class="chip chip--field"
          aria-label={r("due.day")}
          onChange={(event) => setWeekday(Number(event.currentTarget.value))}
        >
          {WEEKDAYS.map((day) => (
            <option key={day} value={day} selected={day === weekday}>
              {weekdayName(day)}
            </option>
          ))}
        </select>
        <input
          type="time"
          class="chip chip--field"
          aria-label={r("due.time")}
          value={time}
          onInput={(event) => event.currentTarget.value && setTime(event.currentTarget.value)}
        />
        {r("due.with")}
        <Duration
          label={r("due.working")}
          seconds={seconds}
          units={["minutes", "hours"]}
          onChange={(next) => setSeconds(next ?? 0)}
        />
        {r("due.wouldBe")}
      </p>
      <p class="preview__answer" aria-live="polite" data-asking={answer.isAsking || undefined}>
        {dueAt ? spokenMoment(dueAt, time_zone, at) : isSound ? answer.failure || "…" : r("due.cannot")}
      </p>
      {isSound && answer.value?.problems.map((one) => <Caution key={one.text} text={one.text} />)}
      <Strip hours={hours} from={from} due={due} />
      {isSound && <Openings of={answer.value?.openings ?? []} zone={time_zone} from={at} />}
    </section>
  );
}

/** The next three times at which it opens. */
function Openings({ of, zone, from }: { of: DueAnswer["openings"]; zone: string; from: Date }) {
  const coming = of.filter(({ start }) => Date.parse(start) > from.getTime()).slice(0, 3);
  if (!coming.length) return null;
  return (
    <p class="quiet">
      {r("due.openings")} {coming.map(({ start }) => spokenMoment(start, zone, from)).join(" · ")}
    </p>
  );
}
