/** Days off: holidays with their names, parts of days that stay closed, and a calendar file to take them from. */

import { useState } from "preact/hooks";
import { Icon } from "../../../ui/icons";
import { Failure } from "../parts";
import { r } from "../routing/words";
import type { Closure, Holiday, Hours } from "./hours";
import { FileImport } from "./fileimport";
import { spokenDate, wallOf } from "./zones";

interface ClosuresProps {
  hours: Hours;
  error(name: string): string | undefined;
  onChange(change: Partial<Hours>): void;
}

const SHOWN = 8;

export function Closures({ hours, error, onChange }: ClosuresProps) {
  const [adding, setAdding] = useState<"day" | "part" | "file" | null>(null);
  const { holidays, closures } = hours;
  const today = wallOf(new Date(), hours.time_zone)?.date ?? "";
  const add = (days: Holiday[], parts: Closure[]): void => {
    const dates = new Set(days.map((one) => one.date));
    const starts = new Set(parts.map((one) => one.start + one.end));
    onChange({
      holidays: [...holidays.filter((one) => !dates.has(one.date)), ...days].sort(by((one) => one.date)),
      closures: [...closures.filter((one) => !starts.has(one.start + one.end)), ...parts].sort(by((one) => one.start)),
    });
    setAdding(null);
  };
  const problems = [error("holidays"), error("closures")].filter(Boolean).join(" ");
  return (
    <>
      <DaysOff
        today={today}
        rows={[
          ...holidays.map((one) => ({
            key: one.date,
            at: one.date,
            text: spokenDate(one.date),
            name: one.name,
            remove: () => onChange({ holidays: holidays.filter((other) => other !== one) }),
          })),
          ...closures.map((one) => ({
            key: one.start + one.end,
            at: one.start,
            text: spokenClosure(one),
            name: one.name,
            remove: () => onChange({ closures: closures.filter((other) => other !== one) }),
          })),
        ].sort(by((one) => one.at))}
      />
      {problems && <Failure text={problems} />}
      {adding === "day" && (
        <NewHoliday today={today} onAdd={(day) => add([day], [])} onCancel={() => setAdding(null)} />
      )}
      {adding === "part" && (
        <NewClosure today={today} onAdd={(part) => add([], [part])} onCancel={() => setAdding(null)} />
      )}
      {adding === "file" && (
        <FileImport
          zone={hours.time_zone}
          known={hours}
          onTake={({ holidays: days, closures: parts }) => add(days, parts)}
          onClose={() => setAdding(null)}
        />
      )}
      {(adding === null || adding === "file") && (
        <div class="btns">
          <button type="button" class="btn" onClick={() => setAdding("day")}>
            <Icon name="plus" size="s" />
            {r("off.addDay")}
          </button>
          <button type="button" class="btn" onClick={() => setAdding("part")}>
            <Icon name="plus" size="s" />
            {r("off.addPart")}
          </button>
          <button type="button" class="btn" onClick={() => setAdding("file")}>
            <Icon name="upload" size="s" />
            {r("off.fromFile")}
          </button>
        </div>
      )}
    </>
  );
}

const by =
  <T,>(value: (one: T) => string) =>
  (a: T, b: T): number =>
    value(a) < value(b) ? -1 : 1;

/** "Thu 24 December 2026, 12:00–18:00". */
export function spokenClosure({ start, end }: Closure): string {
  const [day = "", from = ""] = start.split("T");
  const [last = "", to = ""] = end.split("T");
  return last === day
    ? `${spokenDate(day)}, ${from.slice(0, 5)}–${to.slice(0, 5)}`
    : `${spokenDate(day)}, ${from.slice(0, 5)} – ${spokenDate(last)}, ${to.slice(0, 5)}`;
}

interface Row {
  key: string;
  at: string;
  text: string;
  name: string;
  remove(): void;
}

function DaysOff({ rows, today }: { rows: readonly Row[]; today: string }) {
  const [showsAll, setShowsAll] = useState(false);
  if (!rows.length) return <p class="quiet">{r("off.none")}</p>;
  const coming = rows.filter((one) => one.at.slice(0, 10) >= today);
  const shown = showsAll ? rows : coming.slice(0, SHOWN);
  return (
    <>
      <ul class="daysoff" aria-label={r("off.title")}>
        {shown.map((one) => (
          <li key={one.key} data-past={one.at.slice(0, 10) < today || undefined}>
            <span>{one.text}</span>
            <span class="clip quiet" dir="auto">
              {one.name}
            </span>
            <button
              type="button"
              class="btn btn--ghost btn--icon"
              aria-label={r("off.remove", { day: one.text })}
              title={r("off.remove", { day: one.text })}
              onClick={one.remove}
            >
              <Icon name="close" size="s" />
            </button>
          </li>
        ))}
      </ul>
      {shown.length < rows.length && (
        <button type="button" class="btn btn--link" onClick={() => setShowsAll(true)}>
          {r("off.all", { n: rows.length })}
        </button>
      )}
    </>
  );
}

interface NewProps<T> {
  today: string;
  onAdd(one: T): void;
  onCancel(): void;
}

function NewHoliday({ today, onAdd, onCancel }: NewProps<Holiday>) {
  const [date, setDate] = useState("");
  const [name, setName] = useState("");
  return (
    <fieldset class="inset" onKeyDown={(event) => enter(event, () => date && onAdd({ date, name }))}>
      <legend class="vh">{r("off.addDay")}</legend>
      <label class="field">
        <span>{r("off.date")}</span>
        <input
          type="date"
          class="input"
          min={today}
          value={date}
          autofocus
          onInput={(event) => setDate(event.currentTarget.value)}
        />
      </label>
      <label class="field">
        <span>{r("off.name")}</span>
        <input
          class="input"
          dir="auto"
          placeholder={r("off.nameExample")}
          value={name}
          onInput={(event) => setName(event.currentTarget.value)}
        />
      </label>
      <div class="btns">
        <button type="button" class="btn" disabled={!date} onClick={() => onAdd({ date, name: name.trim() })}>
          {r("add")}
        </button>
        <button type="button" class="btn btn--ghost" onClick={onCancel}>
          {r("cancel")}
        </button>
      </div>
    </fieldset>
  );
}

function NewClosure({ today, onAdd, onCancel }: NewProps<Closure>) {
  const [date, setDate] = useState("");
  const [from, setFrom] = useState("12:00");
  const [to, setTo] = useState("18:00");
  const [name, setName] = useState("");
  const isBackwards = to <= from && to !== "00:00";
  const end = to === "00:00" && date ? `${nextDay(date)}T00:00` : `${date}T${to}`;
  const isReady = Boolean(date && from && to && !isBackwards);
  const add = (): void => {
    if (isReady) onAdd({ start: `${date}T${from}`, end, name: name.trim() });
  };
  return (
    <fieldset class="inset" onKeyDown={(event) => enter(event, add)}>
      <legend class="vh">{r("off.addPart")}</legend>
      <label class="field">
        <span>{r("off.date")}</span>
        <input
          type="date"
          class="input"
          min={today}
          value={date}
          autofocus
          onInput={(event) => setDate(event.currentTarget.value)}
        />
      </label>
      <div class="field">
        <span>{r("off.closed")}</span>
        <span class="times">
          <input
            type="time"
            class="input input--time"
            aria-label={r("off.from")}
            value={from}
            onInput={(event) => setFrom(event.currentTarget.value)}
          />
          <span aria-hidden="true">–</span>
          <input
            type="time"
            class="input input--time"
            aria-label={r("off.to")}
            aria-invalid={isBackwards ? "true" : undefined}
            value={to}
            onInput={(event) => setTo(event.currentTarget.value)}
          />
        </span>
        {isBackwards && <Failure text={r("off.backwards")} />}
      </div>
      <label class="field">
        <span>{r("off.name")}</span>
        <input
          class="input"
          dir="auto"
          placeholder={r("off.partExample")}
          value={name}
          onInput={(event) => setName(event.currentTarget.value)}
        />
      </label>
      <div class="btns">
        <button type="button" class="btn" disabled={!isReady} onClick={add}>
          {r("add")}
        </button>
        <button type="button" class="btn btn--ghost" onClick={onCancel}>
          {r("cancel")}
        </button>
      </div>
    </fieldset>
  );
}

const nextDay = (date: string): string =>
  new Date(Date.parse(`${date}T00:00:00Z`) + 86_400_000).toISOString().slice(0, 10);

/** Enter adds; it does not send the form around. */
function enter(event: KeyboardEvent, act: () => void): void {
  if (event.key !== "Enter" || event.target instanceof HTMLButtonElement) return;
  event.preventDefault();
  act();
}
