/** A length of time: a number and its unit, kept in seconds. */

import { useState } from "preact/hooks";
import { r } from "./words";

export type Unit = "seconds" | "minutes" | "hours" | "days";
export const SECONDS: Record<Unit, number> = { seconds: 1, minutes: 60, hours: 3_600, days: 86_400 };
const LARGEST_FIRST: readonly Unit[] = ["days", "hours", "minutes", "seconds"];

/** The largest of `units` in which `seconds` is a whole number. */
export function unitOf(seconds: number, units: readonly Unit[]): Unit {
  const fitting = LARGEST_FIRST.filter((unit) => units.includes(unit));
  return (seconds > 0 && fitting.find((unit) => seconds % SECONDS[unit] === 0)) || fitting.at(-1) || "seconds";
}

/** "20 seconds", "4 hours"; the largest unit that is whole. */
export function spoken(seconds: number): string {
  const unit = unitOf(seconds, LARGEST_FIRST);
  return r(`unit.${unit}.n`, { n: seconds / SECONDS[unit] });
}

interface DurationProps {
  /** What it is the length of; said of both parts. */
  label: string;
  seconds: number | null;
  units: readonly Unit[];
  onChange(seconds: number | null): void;
  /** May be left empty, which is null. */
  isOptional?: boolean;
  isInvalid?: boolean;
  /** Units in as few letters as they have. */
  isShort?: boolean;
  id?: string;
  describedBy?: string | undefined;
}

/** Empty and unreadable numbers are null where that is allowed, else 0, which the hub refuses where it must. */
export function Duration({
  label,
  seconds,
  units,
  onChange,
  isOptional,
  isInvalid,
  isShort,
  id,
  describedBy,
}: DurationProps) {
  const [chosen, setChosen] = useState<Unit | null>(null);
  const unit = chosen ?? unitOf(seconds ?? 0, seconds ? units : [units[0]!]);
  const shown = seconds === null ? "" : String(Math.round((seconds / SECONDS[unit]) * 100) / 100);
  const write = (text: string, of: Unit): void => {
    const number = Number(text.replace(",", "."));
    if (text.trim() === "" || !Number.isFinite(number) || number < 0) return onChange(isOptional ? null : 0);
    onChange(Math.round(number * SECONDS[of]));
  };
  return (
    <span class="duration">
      <input
        id={id}
        class="input"
        type="number"
        min="0"
        step="any"
        aria-label={id ? undefined : label}
        aria-describedby={describedBy}
        aria-invalid={isInvalid ? "true" : undefined}
        value={shown}
        onInput={(event) => {
          setChosen(unit);
          write(event.currentTarget.value, unit);
        }}
      />
      {units.length > 1 ? (
        <select
          class="input"
          aria-label={r("unit.of", { what: label })}
          onChange={(event) => {
            const next = event.currentTarget.value as Unit;
            setChosen(next);
            write(shown, next);
          }}
        >
          {units.map((one) => (
            <option key={one} value={one} selected={one === unit}>
              {r(isShort ? `unit.${one}.short` : `unit.${one}`)}
            </option>
          ))}
        </select>
      ) : (
        <span>{r(`unit.${unit}`)}</span>
      )}
    </span>
  );
}
