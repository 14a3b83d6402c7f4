/** One question of a channel's form, as its kind wants it answered. */

import { useId, useState } from "preact/hooks";
import { t } from "../../../lib/i18n";
import { type Bound, Labelled } from "../labelled";
import { Failure } from "../parts";
import { said, w } from "../words";
import type { Field, Value } from "./data";

interface FieldProps {
  field: Field;
  value: Value;
  error: string;
  onChange(value: Value): void;
}

export function FieldRow(props: FieldProps) {
  const { field, error } = props;
  const id = useId();
  const label = said(field.label);
  const described = [field.help && `${id}-help`, error && `${id}-error`].filter(Boolean).join(" ");
  if (field.kind === "switch") {
    return (
      <div class="field field--switch">
        <label class="switch">
          <input
            type="checkbox"
            role="switch"
            checked={props.value === true}
            aria-describedby={described || undefined}
            onChange={(event) => props.onChange(event.currentTarget.checked)}
          />
          {label}
        </label>
        <Below id={id} {...props} />
      </div>
    );
  }
  return (
    <Labelled label={label} hint={field.help && said(field.help)} error={error}>
      {(bound) => <Control {...props} bound={bound} />}
    </Labelled>
  );
}

function Below({ id, field, error }: FieldProps & { id: string }) {
  return (
    <>
      {field.help && (
        <span class="field__hint" id={`${id}-help`}>
          {said(field.help)}
        </span>
      )}
      {error && (
        <span id={`${id}-error`}>
          <Failure text={error} />
        </span>
      )}
    </>
  );
}

function Control({ field, value, onChange, bound }: FieldProps & { bound: Bound }) {
  const common = { ...bound, name: field.name, class: "input", placeholder: field.placeholder };
  const text = typeof value === "string" || typeof value === "number" ? String(value) : "";
  switch (field.kind) {
    case "choice":
      return (
        <select {...common} onChange={(event) => onChange(event.currentTarget.value)}>
          {field.choices.map((choice) => (
            <option key={choice.value} value={choice.value} selected={choice.value === text}>
              {said(choice.label)}
            </option>
          ))}
        </select>
      );
    case "long_text":
      return (
        <textarea
          {...common}
          rows={6}
          dir="auto"
          value={text}
          onInput={(event) => onChange(event.currentTarget.value)}
        />
      );
    case "lines":
      return <Lines common={common} value={Array.isArray(value) ? value : []} onChange={onChange} />;
    case "number":
      return (
        <input
          {...common}
          class="input input--number"
          inputMode="numeric"
          value={text}
          onInput={(event) => onChange(numberOf(event.currentTarget.value))}
        />
      );
    default:
      return (
        <input
          {...common}
          type="text"
          inputMode={field.kind === "address" ? "email" : undefined}
          dir={field.kind === "text" ? "auto" : "ltr"}
          autocomplete="off"
          autocapitalize="off"
          spellcheck={false}
          value={text}
          onInput={(event) => onChange(event.currentTarget.value)}
        />
      );
  }
}

/** A whole number, or what was typed, for the hub to say what is wrong with it. */
function numberOf(text: string): Value {
  return /^\d{1,9}$/.test(text.trim()) ? Number(text) : text;
}

/** A list, one entry a line. What is being typed stays as it is typed. */
function Lines({ common, value, onChange }: { common: object; value: string[]; onChange(value: Value): void }) {
  const [text, setText] = useState(value.join("\n"));
  const entries = text.split("\n").map((line) => line.trim());
  const isOurs = entries.filter(Boolean).join("\n") === value.join("\n");
  const take = (next: string): void => {
    setText(next);
    onChange(
      next
        .split("\n")
        .map((line) => line.trim())
        .filter(Boolean),
    );
  };
  return (
    <textarea
      {...common}
      rows={3}
      dir="ltr"
      spellcheck={false}
      value={isOurs ? text : value.join("\n")}
      onInput={(event) => take(event.currentTarget.value)}
    />
  );
}

interface SecretProps {
  field: Field;
  isSet: boolean;
  value: string | undefined;
  error: string;
  onChange(value: string | undefined): void;
}

/** A secret: whether there is one, and a way to replace it; it is never shown again. */
export function SecretRow({ field, isSet, value, error, onChange }: SecretProps) {
  const isOpen = !isSet || value !== undefined;
  const hint = [field.help && said(field.help), w("secret.hint")].filter(Boolean).join(" ");
  return (
    <Labelled label={said(field.label)} hint={hint} error={error}>
      {(bound) => (
        <div class="input-row">
          {isOpen ? (
            <input
              {...bound}
              name={field.name}
              class="input"
              type="password"
              autocomplete="new-password"
              dir="ltr"
              value={value ?? ""}
              autofocus={isSet}
              onInput={(event) => onChange(event.currentTarget.value || (isSet ? "" : undefined))}
            />
          ) : (
            <input {...bound} class="input" value="••••••••••••" readOnly />
          )}
          {isSet && (
            <button type="button" class="btn btn--large" onClick={() => onChange(isOpen ? undefined : "")}>
              {isOpen ? t("act.cancel") : w("secret.replace")}
            </button>
          )}
        </div>
      )}
    </Labelled>
  );
}
