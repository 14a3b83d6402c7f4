/** What a condition compares with: picked by name, or typed. */

import { Pick, Picks } from "../routing/pick";
import { Tokens } from "./tokens";
import { type Single, needsValue } from "./tree";
import { type Field, type Vocabulary, labelOf, options } from "./vocabulary";
import { v } from "./words";

interface ValueProps {
  single: Single;
  field: Field;
  vocabulary: Vocabulary;
  onChange(value: unknown): void;
}

const MANY: readonly string[] = ["contains", "not_contains", "is", "is_not", "in"];

export function Value(props: ValueProps) {
  const { single, field } = props;
  if (!needsValue(single.op)) return null;
  if (field.type === "number" || single.op === "more_than" || single.op === "less_than") return <Number_ {...props} />;
  if (field.type === "text" || field.type === "custom" || field.type === "list") return <Typed {...props} />;
  return single.op === "in" ? <Several {...props} /> : <One {...props} />;
}

function One({ single, field, vocabulary, onChange }: ValueProps) {
  const known = options(vocabulary, field.choices);
  const value = String(single.value ?? "");
  const isKnown = known.some((one) => one.value === value);
  const choose = (next: string): void => onChange(field.type === "truth" ? next === "true" : next);
  return (
    <Pick
      label={v("value")}
      value={value}
      isInvalid={Boolean(value) && !isKnown}
      options={[
        ...(isKnown ? [] : [[value, value ? v("gone") : v("choose")] as const]),
        ...known.map((one) => [one.value, one.label] as const),
      ]}
      onChange={choose}
    />
  );
}

function Several({ single, field, vocabulary, onChange }: ValueProps) {
  const chosen = (Array.isArray(single.value) ? single.value : []).map(String);
  const known = options(vocabulary, field.choices);
  return (
    <Picks
      label={v("value")}
      addLabel={v("addValue")}
      picked={chosen.map((key) => ({ key, label: labelOf(vocabulary, field.choices, key), icon: "dot" }))}
      choices={known
        .filter((one) => !chosen.includes(one.value))
        .map((one) => ({ key: one.value, label: one.label, run: () => onChange([...chosen, one.value]) }))}
      onRemove={(key) => onChange(chosen.filter((one) => one !== key))}
    />
  );
}

function Typed({ single, field, vocabulary, onChange }: ValueProps) {
  if (!MANY.includes(single.op)) {
    return (
      <input
        class="input"
        dir="auto"
        aria-label={v("value")}
        value={String(single.value ?? "")}
        onInput={(event) => onChange(event.currentTarget.value)}
      />
    );
  }
  const values = (Array.isArray(single.value) ? single.value : [single.value]).filter(
    (one) => one !== "" && one != null,
  );
  return (
    <Tokens
      label={v("value")}
      values={values.map(String)}
      suggestions={field.choices ? options(vocabulary, field.choices).map((one) => one.value) : []}
      placeholder={v(field.type === "list" ? "typeLabel" : "typeWords")}
      onChange={(next) =>
        onChange(next.length === 1 && single.op !== "in" ? next[0] : next.length ? next : single.op === "in" ? [] : "")
      }
    />
  );
}

function Number_({ single, onChange }: ValueProps) {
  const write = (text: string): void => {
    const number = Number(text.replace(",", "."));
    onChange(text.trim() === "" || Number.isNaN(number) ? "" : number);
  };
  return (
    <input
      class="input input--number"
      type="number"
      step="any"
      aria-label={v("value")}
      value={String(single.value ?? "")}
      onInput={(event) => write(event.currentTarget.value)}
    />
  );
}
