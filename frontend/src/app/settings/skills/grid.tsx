/** The grid itself: only the rows in sight exist, one cell is in the order of Tab, arrows move between cells. */

import type { JSX } from "preact";
import { useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import type { Id } from "../../../lib/types";
import { VirtualRows } from "../../../ui/virtual";
import { r } from "../routing/words";
import type { AgentAtWork, Skill } from "./data";
import { LevelPicker } from "./levelpicker";
import { SkillMenu } from "./skillmenu";

const ROW = 36;
const MOVES: Record<string, [number, number]> = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
  PageUp: [-10, 0],
  PageDown: [10, 0],
};

interface GridProps {
  people: readonly AgentAtWork[];
  skills: readonly Skill[];
  levels(agent: Id): Record<Id, number>;
  /** 0 takes the skill from the agent. */
  set(agent: AgentAtWork, skill: Skill, level: number): void;
  reload(): Promise<void>;
}

export function Grid({ people, skills, levels, set, reload }: GridProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const [at, setAt] = useState<[number, number]>([0, 0]);
  const [picking, setPicking] = useState<HTMLElement | null>(null);
  const wantsFocus = useRef(false);
  const row = Math.min(at[0], people.length - 1);
  const column = Math.min(at[1], skills.length - 1);
  useLayoutEffect(() => {
    if (!wantsFocus.current) return;
    wantsFocus.current = false;
    show(scroller.current, row);
    requestAnimationFrame(() => cellAt(scroller.current, row, column)?.focus());
  }, [row, column]);
  const go = (to: [number, number]): void => {
    wantsFocus.current = true;
    setAt([clamp(to[0], people.length), clamp(to[1], skills.length)]);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const cell = event.target as HTMLElement;
    const [agent, skill] = [people[row], skills[column]];
    if (!cell.matches(".cell") || !agent || !skill || event.metaKey || event.ctrlKey || event.altKey) return;
    const isRtl = getComputedStyle(cell).direction === "rtl";
    const step = MOVES[event.key];
    const old = levels(agent.id)[skill.id] ?? 0;
    if (step) go([row + step[0], column + (isRtl ? -step[1] : step[1])]);
    else if (event.key === "Home") go([row, 0]);
    else if (event.key === "End") go([row, skills.length - 1]);
    else if (event.key === "0") set(agent, skill, old === 1 ? 10 : 0);
    else if (/^[1-9]$/.test(event.key)) set(agent, skill, Number(event.key));
    else if (event.key === "Delete" || event.key === "Backspace") set(agent, skill, 0);
    else if (event.key === "Enter" || event.key === " ") setPicking(cell);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const [agent, skill] = [people[row], skills[column]];
  return (
    <div
      class="matrix"
      ref={scroller}
      role="grid"
      aria-label={r("matrix.title")}
      aria-rowcount={people.length + 1}
      aria-colcount={skills.length + 1}
      style={{ "--columns": skills.length }}
      onKeyDown={onKeyDown}
    >
      <div class="matrix__row matrix__row--head" role="row" aria-rowindex={1}>
        <span class="matrix__who" role="columnheader" aria-colindex={1}>
          {r("matrix.agent")}
        </span>
        {skills.map((one, index) => (
          <span key={one.id} class="matrix__skill" role="columnheader" aria-colindex={index + 2}>
            <SkillMenu skill={one} onChanged={reload} />
          </span>
        ))}
      </div>
      <VirtualRows
        items={people}
        rowHeight={ROW}
        keyOf={(one) => one.id}
        scroller={scroller}
        row={(one, place) => (
          <Row
            agent={one}
            place={place}
            skills={skills}
            levels={levels(one.id)}
            here={place === row ? column : -1}
            onPick={(index, cell) => {
              setAt([place, index]);
              setPicking(cell);
            }}
          />
        )}
      />
      {picking && agent && skill && (
        <LevelPicker
          anchor={picking}
          label={r("matrix.cell", { agent: agent.name, skill: skill.name })}
          level={levels(agent.id)[skill.id] ?? 0}
          onPick={(level) => set(agent, skill, level)}
          onClose={() => {
            setPicking(null);
            cellAt(scroller.current, row, column)?.focus();
          }}
        />
      )}
    </div>
  );
}

interface RowProps {
  agent: AgentAtWork;
  place: number;
  skills: readonly Skill[];
  levels: Record<Id, number>;
  /** The column that Tab comes to in this row; -1 for none. */
  here: number;
  onPick(column: number, cell: HTMLElement): void;
}

/** Drawn anew only when something in it changed: scrolling moves thousands of cells. */
function Row({ agent, place, skills, levels, here, onPick }: RowProps) {
  const pick = useRef(onPick);
  pick.current = onPick;
  const drawn = (): JSX.Element => (
    <div class="matrix__row" role="row" aria-rowindex={place + 2} data-row={place}>
      <span class="matrix__who clip" role="rowheader" aria-colindex={1} dir="auto">
        {agent.name}
      </span>
      {skills.map((one, index) => {
        const level = levels[one.id] ?? 0;
        return (
          <span
            key={one.id}
            class="cell"
            role="gridcell"
            aria-colindex={index + 2}
            aria-label={r("matrix.level", { agent: agent.name, skill: one.name, level: level || r("matrix.not") })}
            data-column={index}
            data-level={level || undefined}
            style={level ? { "--share": level * 4 } : undefined}
            tabIndex={here === index ? 0 : -1}
            onClick={(event) => pick.current(index, event.currentTarget)}
          >
            {level || ""}
          </span>
        );
      })}
    </div>
  );
  return useMemo(drawn, [agent, place, skills, levels, here]);
}

const clamp = (place: number, length: number): number => Math.max(0, Math.min(length - 1, place));

function cellAt(scroller: HTMLElement | null, row: number, column: number): HTMLElement | null {
  return scroller?.querySelector(`[data-row="${row}"] [data-column="${column}"]`) ?? null;
}

/** Brings a row into sight, below the head that stays. */
function show(scroller: HTMLElement | null, row: number): void {
  if (!scroller) return;
  const [top, view] = [row * ROW, scroller.clientHeight - 2 * ROW];
  if (top < scroller.scrollTop) scroller.scrollTop = top;
  else if (top > scroller.scrollTop + view) scroller.scrollTop = top - view;
}
