/** A control with its label above, a hint and what is wrong with it below; both are read out with the control. */

import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";
import { Failure } from "./parts";

/** What a control needs to belong to its label, hint and error. */
export interface Bound {
  id: string;
  "aria-describedby": string | undefined;
  "aria-invalid": "true" | undefined;
}
interface LabelledProps {
  label: ComponentChildren;
  hint?: string | undefined;
  error?: string | undefined;
  children(bound: Bound): ComponentChildren;
}

export function Labelled({ label, hint, error, children }: LabelledProps) {
  const id = useId();
  const described = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(" ");
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {children({ id, "aria-describedby": described || undefined, "aria-invalid": error ? "true" : undefined })}
      {error && (
        <div id={`${id}-error`}>
          <Failure text={error} />
        </div>
      )}
      {hint && (
        <span class="field__hint" id={`${id}-hint`}>
          {hint}
        </span>
      )}
    </div>
  );
}

interface LineProps {
  label: string;
  hint?: string | undefined;
  error?: string | undefined;
  value: string;
  placeholder?: string | undefined;
  /** Addresses, hosts and names for machines are written from left to right everywhere. */
  isLtr?: boolean;
  isFirst?: boolean;
  isSecret?: boolean;
  isNumber?: boolean;
  name?: string;
  onInput(value: string): void;
}

/** One line of text. */
export function Line({ label, hint, error, isLtr, isFirst, isSecret, isNumber, onInput, ...input }: LineProps) {
  return (
    <Labelled label={label} hint={hint} error={error}>
      {(bound) => (
        <input
          {...bound}
          {...input}
          {...((isSecret ? { type: "password" } : {}) as { type?: "text" })}
          class={isNumber ? "input input--number" : "input"}
          inputMode={isNumber ? "numeric" : undefined}
          dir={isLtr ? "ltr" : "auto"}
          autocomplete={isSecret ? "new-password" : "off"}
          spellcheck={!isLtr}
          autofocus={isFirst}
          onInput={(event) => onInput(event.currentTarget.value)}
        />
      )}
    </Labelled>
  );
}

interface ChoiceProps {
  label: string;
  hint?: string | undefined;
  value: string;
  options: readonly (readonly [value: string, label: string])[];
  onChange(value: string): void;
}

/** One of a few. */
export function Choice({ label, hint, value, options, onChange }: ChoiceProps) {
  return (
    <Labelled label={label} hint={hint}>
      {(bound) => (
        <select {...bound} class="input" onChange={(event) => onChange(event.currentTarget.value)}>
          {options.map(([one, name]) => (
            <option key={one} value={one} selected={one === value}>
              {name}
            </option>
          ))}
        </select>
      )}
    </Labelled>
  );
}
