/** Time zones: their names, the moments that their wall clocks show, and the other way round. */

import { notation } from "../../../lib/time";
import { locale } from "../../../lib/i18n";

/** Every zone that this browser knows, by IANA name. */
export function zoneNames(): string[] {
  const known = Intl.supportedValuesOf("timeZone");
  return known.includes("UTC") ? known : ["UTC", ...known];
}

/** What the wall clock in `zone` shows; null for a zone that this browser does not know. */
export function wallOf(at: Date, zone: string): { date: string; minutes: number } | null {
  try {
    const parts = new Intl.DateTimeFormat("en-CA", {
      timeZone: zone,
      year: "numeric",
      month: "2-digit",
      day: "2-digit",
      hour: "2-digit",
      minute: "2-digit",
      hourCycle: "h23",
    }).formatToParts(at);
    const part = (type: string): string => parts.find((one) => one.type === type)?.value ?? "0";
    return {
      date: `${part("year")}-${part("month")}-${part("day")}`,
      minutes: Number(part("hour")) * 60 + Number(part("minute")),
    };
  } catch {
    return null;
  }
}

/** The instant at which the wall clock in `zone` shows this; the later side of an hour that clocks skip. */
export function instantOf(date: string, minutes: number, zone: string): Date {
  const wanted = Date.parse(`${date}T00:00:00Z`) + minutes * 60_000;
  let at = wanted;
  for (let turn = 0; turn < 2; turn++) {
    const wall = wallOf(new Date(at), zone);
    if (!wall) break;
    at += wanted - (Date.parse(`${wall.date}T00:00:00Z`) + wall.minutes * 60_000);
  }
  return new Date(at);
}

/** "Europe/Berlin" as "Berlin" with its offset now, such as "GMT+1". */
export function spokenZone(zone: string): string {
  return zone.split("/").slice(1).join(", ").replaceAll("_", " ") || zone;
}

/** The zone's distance from UTC now, such as "GMT+1"; empty where it is unknown. */
export function offsetOf(zone: string, at = new Date()): string {
  return written(at, zone, { timeZoneName: "shortOffset", hour: "numeric" }, "en")?.match(/GMT\S*/)?.[0] ?? "";
}

/** "Monday 10:50" within the next six days of `from`, else with the date. */
export function spokenMoment(iso: string, zone: string, from = new Date()): string {
  const at = new Date(iso);
  const isNear = Math.abs(at.getTime() - from.getTime()) < 6 * 86_400_000;
  const day = isNear ? ({ weekday: "long" } as const) : ({ weekday: "short", day: "numeric", month: "short" } as const);
  return written(at, zone, { ...day, hour: "2-digit", minute: "2-digit" }) ?? iso;
}

/** A calendar day in words: "Thursday 24 December 2026". */
export function spokenDate(date: string, isShort = false): string {
  const options = isShort
    ? ({ weekday: "short", day: "numeric", month: "short" } as const)
    : ({ weekday: "short", day: "numeric", month: "long", year: "numeric" } as const);
  return written(new Date(`${date}T12:00:00Z`), "UTC", options) ?? date;
}

/** The name of a weekday, 0 for Monday. */
export function weekdayName(day: number, length: "long" | "short" = "long"): string {
  return written(new Date(Date.UTC(2024, 0, 1 + day, 12)), "UTC", { weekday: length }) ?? String(day);
}

const formats = new Map<string, Intl.DateTimeFormat>();

function written(
  at: Date,
  zone: string,
  options: Intl.DateTimeFormatOptions,
  language = notation(locale.value),
): string | null {
  const key = `${language}|${zone}|${JSON.stringify(options)}`;
  try {
    let format = formats.get(key);
    if (!format) {
      format = new Intl.DateTimeFormat(language, { ...options, timeZone: zone });
      formats.set(key, format);
    }
    return format.format(at);
  } catch {
    return null;
  }
}
