/** The week of a schedule: several intervals a day, over midnight too, and copies for other days. */

import { Icon } from "../../../ui/icons";
import { Menu } from "../../../ui/menu";
import { Failure } from "../parts";
import { Caution } from "../routing/parts";
import { r } from "../routing/words";
import {
  type Interval,
  WEEKDAYS,
  aroundTheClock,
  copied,
  isOvernight,
  nextInterval,
  officeHours,
  overlapping,
} from "./hours";
import { weekdayName } from "./zones";

interface WeekProps {
  intervals: Interval[];
  error: string | undefined;
  onChange(intervals: Interval[]): void;
}

export function Week({ intervals, error, onChange }: WeekProps) {
  const clashes = overlapping(intervals);
  return (
    <div class="hours">
      <div class="btns">
        <span class="quiet">{r("week.startFrom")}</span>
        <button type="button" class="chip" onClick={() => onChange(officeHours())}>
          {r("week.office")}
        </button>
        <button type="button" class="chip" onClick={() => onChange(aroundTheClock())}>
          {r("week.always")}
        </button>
      </div>
      <div class="hours__days">
        {WEEKDAYS.map((day) => (
          <Day key={day} day={day} intervals={intervals} clashes={clashes} onChange={onChange} />
        ))}
      </div>
      {error && <Failure text={error} />}
      {!intervals.length && <Caution text={r("week.never")} />}
    </div>
  );
}

interface DayProps extends Omit<WeekProps, "error"> {
  day: number;
  clashes: ReadonlySet<number>;
}

function Day({ day, intervals, clashes, onChange }: DayProps) {
  const name = weekdayName(day);
  const own = intervals.flatMap((interval, at) => (interval[0] === day ? [{ interval, at }] : []));
  const replace = (at: number, next: Interval | null): void =>
    onChange(intervals.flatMap((one, index) => (index === at ? (next ? [next] : []) : [one])));
  return (
    <div class="weekday" role="group" aria-label={name}>
      <span class="weekday__name">{name}</span>
      <div class="weekday__times">
        {!own.length && <span class="quiet weekday__closed">{r("week.closed")}</span>}
        {own.map(({ interval, at }) => (
          <Times
            key={at}
            day={day}
            interval={interval}
            isClashing={clashes.has(at)}
            onChange={(next) => replace(at, next)}
          />
        ))}
      </div>
      <div class="weekday__acts">
        <button
          type="button"
          class="btn btn--ghost btn--icon"
          aria-label={r("week.add", { day: name })}
          title={r("week.add", { day: name })}
          onClick={() => onChange([...intervals, nextInterval(intervals, day)])}
        >
          <Icon name="plus" />
        </button>
        <Menu
          label={r("week.copy", { day: name })}
          title={r("week.copy", { day: name })}
          isIcon
          class="btn btn--ghost btn--icon"
          button={<Icon name="copy" />}
          filterFrom={20}
          choices={copyChoices(day, (days) => onChange(copied(intervals, day, days)))}
        />
      </div>
    </div>
  );
}

function copyChoices(day: number, copy: (days: readonly number[]) => void) {
  return [
    { key: "work", label: r("week.toWork"), run: () => copy(WEEKDAYS.slice(0, 5)) },
    { key: "all", label: r("week.toAll"), run: () => copy(WEEKDAYS) },
    ...WEEKDAYS.filter((one) => one !== day).map((one, index) => ({
      key: String(one),
      label: weekdayName(one),
      startsGroup: index === 0,
      run: () => copy([one]),
    })),
  ];
}

interface TimesProps {
  day: number;
  interval: Interval;
  isClashing: boolean;
  onChange(next: Interval | null): void;
}

function Times({ day, interval, isClashing, onChange }: TimesProps) {
  const [, start, end] = interval;
  const name = weekdayName(day);
  const put = (from: string, to: string): void => {
    if (from && to) onChange([day, from, to]);
  };
  const invalid = isClashing ? "true" : undefined;
  return (
    <div class="times">
      <input
        type="time"
        class="input input--time"
        value={start}
        aria-label={r("week.opens", { day: name })}
        aria-invalid={invalid}
        onChange={(event) => put(event.currentTarget.value, end)}
      />
      <span aria-hidden="true">–</span>
      <input
        type="time"
        class="input input--time"
        value={end}
        aria-label={r("week.closes", { day: name })}
        aria-invalid={invalid}
        onChange={(event) => put(start, event.currentTarget.value)}
      />
      <button
        type="button"
        class="btn btn--ghost btn--icon"
        aria-label={r("week.remove", { day: name, start, end })}
        title={r("week.remove", { day: name, start, end })}
        onClick={() => onChange(null)}
      >
        <Icon name="close" size="s" />
      </button>
      {start === end && <span class="tag">{r("week.wholeDay")}</span>}
      {start !== end && isOvernight(interval) && (
        <span class="tag">{r("week.nextDay", { day: weekdayName((day + 1) % 7) })}</span>
      )}
      {isClashing && (
        <p class="fielderr" role="alert">
          {r("week.overlap")}
        </p>
      )}
    </div>
  );
}
