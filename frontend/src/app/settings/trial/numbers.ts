/** Waits, shares and their differences in words. */

import { count, locale } from "../../../lib/i18n";
import { span } from "../../../lib/time";

const NONE = "–";

/** A wait: "48 s" below two minutes, else as lengths of time are written everywhere. */
export function seconds(value: number | null): string {
  if (value === null) return NONE;
  if (value < 120)
    return new Intl.NumberFormat(locale.value, {
      style: "unit",
      unit: "second",
      unitDisplay: "narrow",
      maximumFractionDigits: 0,
    }).format(value);
  return span(value * 1_000);
}

/** A share from 0 to 1, in percent. */
export function share(value: number | null): string {
  if (value === null) return NONE;
  return new Intl.NumberFormat(locale.value, { style: "percent", maximumFractionDigits: 1 }).format(value);
}

export const number = (value: number | null): string => (value === null ? NONE : count(value));

/** Whether a change of `before` to `after` is good news, bad news, or none; `isLessBetter` for waits. */
export function news(before: number | null, after: number | null, isLessBetter: boolean): "better" | "worse" | "same" {
  if (before === null || after === null || Math.abs(after - before) <= Math.abs(before) * 0.005) return "same";
  return after < before === isLessBetter ? "better" : "worse";
}
