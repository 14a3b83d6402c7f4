/** Opening hours as they are edited and drawn: minutes of a week and of single days, on the schedule's own wall clock. */

export type Interval = [weekday: number, start: string, end: string];
export interface Holiday {
  date: string;
  name: string;
}
/** Wall-clock moments without a zone, such as "2026-12-24T12:00". */
export interface Closure {
  start: string;
  end: string;
  name: string;
}
export interface Hours {
  time_zone: string;
  intervals: Interval[];
  holidays: Holiday[];
  closures: Closure[];
}
/** Minutes, from `start` until before `end`. */
export interface Span {
  start: number;
  end: number;
}

const DAY = 1_440;
const WEEK = 7 * DAY;
export const WEEKDAYS = [0, 1, 2, 3, 4, 5, 6] as const;
const MIDNIGHT = "00:00";

/** Monday to Friday, nine to five. */
export const officeHours = (): Interval[] => WEEKDAYS.slice(0, 5).map((day) => [day, "09:00", "17:00"]);
/** Every day from midnight to midnight. */
export const aroundTheClock = (): Interval[] => WEEKDAYS.map((day) => [day, MIDNIGHT, MIDNIGHT]);

/** "09:30" as 570. */
export function minutesOf(time: string): number {
  const [hours = 0, minutes = 0] = time.split(":").map(Number);
  return hours * 60 + minutes;
}

/** 570 as "09:30"; midnight at the end of a day is "00:00". */
export function timeOf(minutes: number): string {
  const within = ((minutes % DAY) + DAY) % DAY;
  return `${String(Math.floor(within / 60)).padStart(2, "0")}:${String(within % 60).padStart(2, "0")}`;
}

/** Minutes since Monday's midnight; the end may lie beyond the week. */
function inWeek([day, start, end]: Interval): Span {
  const [from, to] = [minutesOf(start), minutesOf(end)];
  return { start: day * DAY + from, end: day * DAY + to + (to <= from ? DAY : 0) };
}

/** Whether it goes on after midnight. One that ends at midnight does not. */
export const isOvernight = (interval: Interval): boolean =>
  minutesOf(interval[2]) <= minutesOf(interval[1]) && interval[2] !== MIDNIGHT;

/** The places of all intervals that share a minute with another one. */
export function overlapping(intervals: readonly Interval[]): Set<number> {
  const found = new Set<number>();
  const parts = intervals.flatMap((interval, at) => {
    const { start, end } = inWeek(interval);
    const whole = [{ at, start, end: Math.min(end, WEEK) }];
    return end > WEEK ? [...whole, { at, start: 0, end: end - WEEK }] : whole;
  });
  for (const one of parts) {
    for (const other of parts) {
      if (one.at !== other.at && one.start < other.end && other.start < one.end) found.add(one.at);
    }
  }
  return found;
}

/** In order, as they are kept. */
export const sorted = (intervals: readonly Interval[]): Interval[] =>
  [...intervals].sort((a, b) => a[0] - b[0] || minutesOf(a[1]) - minutesOf(b[1]));

/** The hours that one would add to a day next: after the last ones, or nine to five. */
export function nextInterval(intervals: readonly Interval[], day: number): Interval {
  const last = Math.max(-1, ...intervals.filter((one) => one[0] === day).map((one) => inWeek(one).end - day * DAY));
  if (last < 0) return [day, "09:00", "17:00"];
  const start = Math.min(last + 60, DAY - 60);
  return [day, timeOf(start), timeOf(Math.min(start + 240, DAY))];
}

/** The same hours on `days` as on `day`, and on no other time of those. */
export function copied(intervals: readonly Interval[], day: number, days: readonly number[]): Interval[] {
  const others = days.filter((one) => one !== day);
  const model = intervals.filter((one) => one[0] === day);
  const kept = intervals.filter((one) => !others.includes(one[0]));
  return sorted([...kept, ...others.flatMap((to) => model.map(([, start, end]): Interval => [to, start, end]))]);
}

/** The minutes of a calendar day ("2026-11-20") at which it is open, holidays and closures taken out. */
export function openOn({ intervals, holidays, closures }: Hours, date: string): Span[] {
  const off = new Set(holidays.map((one) => one.date));
  const spans = [dayBefore(date), date].flatMap((day, isToday) => {
    if (off.has(day)) return [];
    return intervals
      .filter((one) => one[0] === weekdayOf(day))
      .map(inWeek)
      .map(({ start, end }) => {
        const shift = weekdayOf(day) * DAY + (isToday ? 0 : DAY);
        return { start: Math.max(0, start - shift), end: Math.min(DAY, end - shift) };
      })
      .filter(({ start, end }) => start < end);
  });
  return closures.reduce((left, one) => without(left, closedOn(one, date)), merged(spans));
}

function closedOn({ start, end }: Closure, date: string): Span {
  const within = (moment: string): number => {
    const [day = "", time = MIDNIGHT] = moment.split("T");
    if (day !== date) return day < date ? 0 : DAY;
    return minutesOf(time);
  };
  return { start: within(start), end: within(end) };
}

function without(spans: readonly Span[], hole: Span): Span[] {
  if (hole.start >= hole.end) return [...spans];
  return spans.flatMap(({ start, end }) =>
    [
      { start, end: Math.min(end, hole.start) },
      { start: Math.max(start, hole.end), end },
    ].filter((one) => one.start < one.end),
  );
}

function merged(spans: readonly Span[]): Span[] {
  const found: Span[] = [];
  for (const { start, end } of [...spans].sort((a, b) => a.start - b.start)) {
    const last = found.at(-1);
    if (last && start <= last.end) last.end = Math.max(last.end, end);
    else found.push({ start, end });
  }
  return found;
}

const dayNumber = (date: string): number => Date.parse(`${date}T00:00:00Z`) / 86_400_000;
const dateOf = (number: number): string => new Date(number * 86_400_000).toISOString().slice(0, 10);

/** 0 for Monday. */
export const weekdayOf = (date: string): number => (((dayNumber(date) + 3) % 7) + 7) % 7;
export const dayBefore = (date: string): string => dateOf(dayNumber(date) - 1);
/** The day so many days later. */
export const daysLater = (date: string, days: number): string => dateOf(dayNumber(date) + days);
/** Whole days from one date to another. */
export const daysBetween = (from: string, to: string): number => dayNumber(to) - dayNumber(from);
/** The first such weekday that is not before `date`. */
export const nextWeekday = (date: string, weekday: number): string =>
  daysLater(date, (weekday - weekdayOf(date) + 7) % 7);

/** Whether nothing can ever be open. */
export const isNeverOpen = ({ intervals }: Hours): boolean => intervals.length === 0;
