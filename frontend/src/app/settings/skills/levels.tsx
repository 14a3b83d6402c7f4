/** Skills that something asks for, each with the lowest level that will do. */

import { Icon } from "../../../ui/icons";
import { Menu } from "../../../ui/menu";
import { Pick } from "../routing/pick";
import { r } from "../routing/words";
import type { Requirement, Skill } from "./data";

const LEVELS = Array.from({ length: 10 }, (_, at) => String(at + 1));

interface RequirementsProps {
  label: string;
  requirements: readonly Requirement[];
  skills: readonly Skill[];
  onChange(requirements: Requirement[]): void;
}

export function Requirements({ label, requirements, skills, onChange }: RequirementsProps) {
  const asked = new Set(requirements.map((one) => one.skill));
  const left = skills.filter((one) => !asked.has(one.id));
  return (
    <span class="picks" role="group" aria-label={label}>
      {requirements.map((one) => {
        const name = skills.find((skill) => skill.id === one.skill)?.name ?? r("skill.gone");
        const put = (level: number): void =>
          onChange(requirements.map((other) => (other === one ? { ...one, level } : other)));
        return (
          <span key={one.skill} class="tag tag--field">
            <span class="clip" dir="auto">
              {name}
            </span>
            <Pick
              label={r("skill.atLeast", { name })}
              value={String(one.level)}
              options={LEVELS.map((level) => [level, `≥ ${level}`] as const)}
              onChange={(level) => put(Number(level))}
            />
            <button
              type="button"
              class="tag__remove"
              aria-label={r("removeWhat", { name })}
              onClick={() => onChange(requirements.filter((other) => other !== one))}
            >
              <Icon name="close" size="s" />
            </button>
          </span>
        );
      })}
      {left.length > 0 && (
        <Menu
          label={r("skill.ask")}
          isIcon
          class="chip"
          button={
            <>
              <Icon name="plus" size="s" />
              {r("skill.ask")}
            </>
          }
          choices={left.map((one) => ({
            key: one.id,
            label: one.name,
            run: () => onChange([...requirements, { skill: one.id, level: 5 }]),
          }))}
        />
      )}
      {!skills.length && <span class="quiet">{r("skill.noneYet")}</span>}
    </span>
  );
}
