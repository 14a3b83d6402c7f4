/** Targets as a table: a row for each clock, a column for each priority. */

import { useState } from "preact/hooks";
import { Icon } from "../../../ui/icons";
import { Menu } from "../../../ui/menu";
import { Failure } from "../parts";
import { Duration } from "../routing/duration";
import { Pick } from "../routing/pick";
import { r } from "../routing/words";
import { CLOCKS, type Clock, PRIORITIES, type Target } from "./data";
import { isAlwaysCalendar, isWorkingTime, shownClocks, targetOf, withTarget, withWorkingTime } from "./targets";

interface TargetTableProps {
  targets: Target[];
  error: string | undefined;
  onChange(targets: Target[]): void;
}

export function TargetTable({ targets, error, onChange }: TargetTableProps) {
  const [added, setAdded] = useState<Clock[]>([]);
  const shown = shownClocks(targets, added);
  const left = CLOCKS.filter((clock) => !shown.includes(clock));
  const hasZero = targets.some((one) => one.seconds === 0);
  return (
    <>
      <div class="targets" tabIndex={0} role="region" aria-label={r("targets.title")}>
        <table>
          <thead>
            <tr>
              <th scope="col">{r("targets.clock")}</th>
              {PRIORITIES.map((priority) => (
                <th key={priority} scope="col">
                  {priority ? r(`priority.${priority}`) : r("priority.all")}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {shown.map((clock) => (
              <ClockRow key={clock} clock={clock} targets={targets} onChange={onChange} />
            ))}
          </tbody>
        </table>
      </div>
      {(hasZero || error) && <Failure text={hasZero ? r("targets.zero") : error!} />}
      {left.length > 0 && (
        <div class="btns">
          <Menu
            label={r("targets.add")}
            isIcon
            class="btn"
            button={
              <>
                <Icon name="plus" size="s" />
                {r("targets.add")}
              </>
            }
            choices={left.map((clock) => ({
              key: clock,
              label: r(`clock.${clock}`),
              run: () => setAdded([...added, clock]),
            }))}
          />
        </div>
      )}
    </>
  );
}

function ClockRow({
  clock,
  targets,
  onChange,
}: {
  clock: Clock;
  targets: Target[];
  onChange(targets: Target[]): void;
}) {
  const name = r(`clock.${clock}`);
  return (
    <tr>
      <th scope="row">
        <span class="strong">{name}</span>
        <span class="field__hint">{r(`clock.${clock}.hint`)}</span>
        {!isAlwaysCalendar(clock) && (
          <Pick
            label={r("targets.timeOf", { clock: name })}
            value={isWorkingTime(targets, clock) ? "working" : "calendar"}
            options={[
              ["working", r("targets.working")],
              ["calendar", r("targets.calendar")],
            ]}
            onChange={(next) => onChange(withWorkingTime(targets, clock, next === "working"))}
          />
        )}
      </th>
      {PRIORITIES.map((priority) => {
        const target = targetOf(targets, clock, priority);
        return (
          <td key={priority}>
            <Duration
              label={`${name}, ${priority ? r(`priority.${priority}`) : r("priority.all")}`}
              seconds={target ? target.seconds : null}
              units={clock === "answer" ? ["seconds", "minutes"] : ["hours", "minutes", "days"]}
              isOptional
              isShort
              isInvalid={target?.seconds === 0}
              onChange={(seconds) => onChange(withTarget(targets, clock, priority, seconds))}
            />
          </td>
        );
      })}
    </tr>
  );
}
