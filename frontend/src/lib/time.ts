/** Times in words: ages, days and exact moments in the viewer's zone and language, over one ticking clock. */

import { signal } from "@preact/signals";
import { locale, t } from "./i18n";
import { serverNow } from "./serverclock";

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Now by the hub's clock, moved on every fifteen seconds: what shows ages re-renders itself. */
export const now = signal(Date.now());
export const timeZone = signal<string | undefined>(undefined);

/** Starts the clock; it stands still while nobody looks. */
export function startClock(): void {
  const tick = (): void => {
    if (!document.hidden) now.value = serverNow();
  };
  setInterval(tick, 15 * SECOND);
  document.addEventListener("visibilitychange", tick);
}

/** Takes the viewer's zone, unless this browser does not know it. */
export function useTimeZone(zone: string | null): void {
  try {
    if (zone) new Intl.DateTimeFormat("en", { timeZone: zone });
    timeZone.value = zone ?? undefined;
  } catch {
    timeZone.value = undefined;
  }
}

const formats = new Map<string, Intl.DateTimeFormat>();

function formatted(at: number, options: Intl.DateTimeFormatOptions): string {
  const key = `${locale.value}|${timeZone.value}|${JSON.stringify(options)}`;
  let format = formats.get(key);
  if (!format) {
    format = new Intl.DateTimeFormat(notation(locale.value), { ...options, timeZone: timeZone.value });
    formats.set(key, format);
  }
  return format.format(at);
}

/** A language without a country is written the way most of its readers write times: 24 hours, day before month. */
const NOTATION: Record<string, string> = { en: "en-GB", ar: "ar-u-hc-h23-nu-latn" };
export const notation = (tag: string): string => NOTATION[tag] ?? tag;

/** The calendar day in the viewer's zone, sortable: 2026-11-20. */
export function dayKey(at: number): string {
  const parts = new Intl.DateTimeFormat("en-CA", { timeZone: timeZone.value, dateStyle: "short" });
  return parts.format(at);
}

/** How long ago, short: "now", "4 min", "3 h", then a weekday, then a date. For rows. */
export function age(time: string): string {
  const at = Date.parse(time);
  const passed = Math.max(0, now.value - at);
  if (passed < MINUTE) return t("time.now");
  if (passed < HOUR) return t("time.minutes", { n: Math.floor(passed / MINUTE) });
  if (passed < DAY) return t("time.hours", { n: Math.floor(passed / HOUR) });
  if (passed < 6 * DAY) return formatted(at, { weekday: "short" });
  return shortDate(at);
}

/** A length of time: "under a minute", "12 min", "3 h 05 min", "2 days 3 h". */
export function span(milliseconds: number): string {
  const minutes = Math.floor(Math.max(0, milliseconds) / MINUTE);
  if (minutes < 1) return t("time.moment");
  if (minutes < 60) return t("time.minutes", { n: minutes });
  const hours = Math.floor(minutes / 60);
  if (hours < 24) {
    const rest = String(minutes % 60).padStart(2, "0");
    return hours < 8 ? t("time.hoursMinutes", { h: hours, m: rest }) : t("time.hours", { n: hours });
  }
  const days = Math.floor(hours / 24);
  return days < 4 && hours % 24 ? t("time.daysHours", { n: days, h: hours % 24 }) : t("time.days", { n: days });
}

/** A length of time to the second, as it runs: "0:31", "12:05", "1:02:03". */
export function stopwatch(milliseconds: number): string {
  const seconds = Math.floor(Math.max(0, milliseconds) / SECOND);
  const [hours, minutes, rest] = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60, seconds % 60];
  const two = (n: number): string => String(n).padStart(2, "0");
  return hours ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}

function shortDate(at: number): string {
  const isThisYear = dayKey(at).slice(0, 4) === dayKey(now.value).slice(0, 4);
  return formatted(at, isThisYear ? { day: "numeric", month: "short" } : { year: "numeric", month: "short" });
}

/** The time of day within today, else with weekday or date: "14:06", "Thu 14:06", "3 Oct 14:06". For items. */
export function clock(time: string): string {
  const at = Date.parse(time);
  const hour = formatted(at, { hour: "2-digit", minute: "2-digit" });
  if (dayKey(at) === dayKey(now.value)) return hour;
  const isThisWeek = now.value - at < 6 * DAY && at <= now.value;
  const isNear = at > now.value && at - now.value < 6 * DAY;
  const day = isThisWeek || isNear ? formatted(at, { weekday: "short" }) : shortDate(at);
  return `${day} ${hour}`;
}

/** A heading for a day: "Today", "Yesterday", "Thursday 19 November". */
export function dayName(at: number): string {
  const key = dayKey(at);
  if (key === dayKey(now.value)) return t("time.today");
  if (key === dayKey(now.value - DAY)) return t("time.yesterday");
  const isThisYear = key.slice(0, 4) === dayKey(now.value).slice(0, 4);
  return formatted(at, { weekday: "long", day: "numeric", month: "long", ...(isThisYear ? {} : { year: "numeric" }) });
}

/** The exact moment, for hovering. */
export function exact(time: string): string {
  return formatted(Date.parse(time), { dateStyle: "full", timeStyle: "long" });
}

/** Presets for snoozing, in the viewer's own zone of the browser: later today, tomorrow, Monday. */
export function snoozePresets(
  from: Date = new Date(),
): { key: "hour" | "evening" | "tomorrow" | "monday"; at: Date }[] {
  const at = (days: number, hour: number): Date => {
    const date = new Date(from);
    date.setDate(date.getDate() + days);
    date.setHours(hour, 0, 0, 0);
    return date;
  };
  const hour = new Date(from.getTime() + HOUR);
  const evening = at(0, 17);
  const toMonday = (8 - from.getDay()) % 7 || 7;
  return [
    { key: "hour" as const, at: hour },
    ...(evening.getTime() - from.getTime() > 2 * HOUR ? [{ key: "evening" as const, at: evening }] : []),
    { key: "tomorrow" as const, at: at(1, 9) },
    ...(toMonday > 1 ? [{ key: "monday" as const, at: at(toMonday, 9) }] : []),
  ];
}
