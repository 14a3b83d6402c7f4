/** Several words as tags, with a field that adds another by Enter, a comma, or leaving it. */

import { useId, useState } from "preact/hooks";
import { Icon } from "../../../ui/icons";
import { v } from "./words";

interface TokensProps {
  label: string;
  values: readonly string[];
  /** What is offered while somebody types. */
  suggestions?: readonly string[];
  isInvalid?: boolean;
  placeholder?: string;
  /** Whether any of them is meant, or all. */
  joint?: "or" | "and";
  onChange(values: string[]): void;
}

export function Tokens({
  label,
  values,
  suggestions = [],
  isInvalid,
  placeholder,
  joint = "or",
  onChange,
}: TokensProps) {
  const [typed, setTyped] = useState("");
  const id = useId();
  const add = (text: string): void => {
    const found = text
      .split(",")
      .map((one) => one.trim())
      .filter(Boolean);
    setTyped("");
    if (found.length) onChange([...new Set([...values, ...found])]);
  };
  const input = (text: string): void => (suggestions.includes(text) || text.includes(",") ? add(text) : setTyped(text));
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === "Enter") {
      // Even where nothing is typed: to finish a list is not to save the form.
      event.preventDefault();
      add(typed);
    } else if (event.key === "Backspace" && !typed && values.length) onChange(values.slice(0, -1));
  };
  return (
    <span class="tokens" role="group" aria-label={label}>
      {values.map((one, at) => (
        <>
          {at > 0 && <span class="quiet">{v(joint)}</span>}
          <span key={one} class="tag">
            <span class="clip" dir="auto">
              {one}
            </span>
            <button
              type="button"
              class="tag__remove"
              aria-label={v("removeWhat", { name: one })}
              onClick={() => onChange(values.filter((other) => other !== one))}
            >
              <Icon name="close" size="s" />
            </button>
          </span>
        </>
      ))}
      <input
        class="input"
        dir="auto"
        list={suggestions.length ? id : undefined}
        aria-label={values.length ? v("another", { what: label }) : label}
        aria-invalid={isInvalid ? "true" : undefined}
        placeholder={values.length ? v(joint === "or" ? "orMore" : "andMore") : placeholder}
        value={typed}
        onInput={(event) => input(event.currentTarget.value)}
        onKeyDown={onKeyDown}
        onBlur={() => add(typed)}
      />
      {suggestions.length > 0 && (
        <datalist id={id}>
          {suggestions
            .filter((one) => !values.includes(one))
            .map((one) => (
              <option key={one} value={one} />
            ))}
        </datalist>
      )}
    </span>
  );
}
