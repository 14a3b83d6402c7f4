/** One of a few inside a sentence, and sets of people or things as tags. */

import type { ComponentChildren } from "preact";
import { Icon, type IconName } from "../../../ui/icons";
import { type Choice, Menu } from "../../../ui/menu";
import { r } from "./words";

interface PickProps {
  label: string;
  value: string;
  options: readonly (readonly [value: string, label: string])[];
  isInvalid?: boolean;
  onChange(value: string): void;
}

/** A choice that reads as part of its sentence. */
export function Pick({ label, value, options, isInvalid, onChange }: PickProps) {
  return (
    <select
      class="chip chip--field"
      aria-label={label}
      aria-invalid={isInvalid ? "true" : undefined}
      onChange={(event) => onChange(event.currentTarget.value)}
    >
      {options.map(([one, name]) => (
        <option key={one} value={one} selected={one === value}>
          {name}
        </option>
      ))}
    </select>
  );
}

export interface Picked {
  key: string;
  label: string;
  icon: IconName;
  /** What is said of it beside its name. */
  detail?: ComponentChildren;
}
interface PicksProps {
  label: string;
  /** What the button that adds says. */
  addLabel: string;
  picked: readonly Picked[];
  choices: readonly Choice[];
  onRemove(key: string): void;
}

/** What was chosen, each with its removal, and a menu with the rest. */
export function Picks({ label, addLabel, picked, choices, onRemove }: PicksProps) {
  return (
    <div class="picks" role="group" aria-label={label}>
      {picked.map((one) => (
        <span key={one.key} class="tag">
          <Icon name={one.icon} size="s" />
          <span class="clip" dir="auto">
            {one.label}
          </span>
          {one.detail}
          <button
            type="button"
            class="tag__remove"
            aria-label={r("removeWhat", { name: one.label })}
            onClick={() => onRemove(one.key)}
          >
            <Icon name="close" size="s" />
          </button>
        </span>
      ))}
      {choices.length > 0 && (
        <Menu
          label={addLabel}
          isIcon
          class="chip"
          button={
            <>
              <Icon name="plus" size="s" />
              {addLabel}
            </>
          }
          choices={choices}
        />
      )}
    </div>
  );
}
