/** When an event is, in words: a range of days or of times, in any zone. */

import { locale } from "./i18n";
import { notation, timeZone } from "./time";
import type { Invitation } from "./types";

const DAY_MS = 24 * 60 * 60_000;

/** "Thu, 26 November 2026, 14:00 – 15:00"; empty without a beginning, and for zones this browser does not know. */
export function occasion(invitation: Invitation, zone: string | undefined): string {
  const { starts_at: starts, ends_at: ends, all_day: isAllDay } = invitation;
  if (!starts) return "";
  const begin = Date.parse(starts);
  // A whole day ends where the next one begins: that one is not meant.
  const end = ends ? Math.max(begin, Date.parse(ends) - (isAllDay ? DAY_MS : 0)) : begin;
  const day = { weekday: "short", day: "numeric", month: "long", year: "numeric" } as const;
  try {
    const format = new Intl.DateTimeFormat(notation(locale.value), {
      ...day,
      ...(isAllDay ? { timeZone: "UTC" } : { hour: "2-digit", minute: "2-digit", timeZone: zone }),
    });
    return end > begin ? format.formatRange(begin, end) : format.format(begin);
  } catch {
    return "";
  }
}

/** Month and day of the beginning, for a calendar's leaf. */
export function dayParts({ starts_at: starts, all_day: isAllDay }: Invitation): { month: string; day: string } {
  const at = Date.parse(starts ?? "");
  const part = (options: Intl.DateTimeFormatOptions): string =>
    new Intl.DateTimeFormat(notation(locale.value), { ...options, timeZone: isAllDay ? "UTC" : timeZone.value }).format(
      at,
    );
  return { month: part({ month: "short" }), day: part({ day: "numeric" }) };
}
