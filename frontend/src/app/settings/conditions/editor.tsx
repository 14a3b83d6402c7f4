/** Conditions as sentences: a field, what is asked of it, and with what; groups of which all or any must hold. */

import { Icon } from "../../../ui/icons";
import { Pick } from "../routing/pick";
import {
  type Conditions,
  DEEPEST,
  type Group,
  type Mode,
  type Part,
  type Single,
  blank,
  groupOf,
  isGroup,
  modeOf,
  partsOf,
  read,
  withOperator,
} from "./tree";
import { Value } from "./value";
import { type Field, type Vocabulary, customOf, fieldLabel, fieldOf, operatorLabel } from "./vocabulary";
import { v } from "./words";

export interface ConditionsEditorProps {
  value: Conditions;
  vocabulary: Vocabulary;
  /** What the hub found wrong with them, in words. */
  error?: string | undefined;
  onChange(value: Conditions): void;
}

export function ConditionsEditor({ value, vocabulary, error, onChange }: ConditionsEditorProps) {
  return (
    <div class="conditions">
      <GroupEditor
        group={read(value)}
        depth={1}
        vocabulary={vocabulary}
        onChange={(group) => onChange(partsOf(group).length ? (group as Conditions) : {})}
      />
      {error && (
        <p class="fielderr" role="alert">
          <Icon name="alert" size="s" />
          <span>{error}</span>
        </p>
      )}
    </div>
  );
}

interface GroupProps {
  group: Group;
  depth: number;
  vocabulary: Vocabulary;
  onChange(group: Group): void;
  onRemove?: () => void;
}

function GroupEditor({ group, depth, vocabulary, onChange, onRemove }: GroupProps) {
  const [mode, parts] = [modeOf(group), partsOf(group)];
  const put = (next: Part[]): void => onChange(groupOf(mode, next));
  const replace = (at: number, part: Part): void => put(parts.map((one, place) => (place === at ? part : one)));
  const remove = (at: number): void => put(parts.filter((_, place) => place !== at));
  const add = (): void =>
    put([...parts, blank(vocabulary.fields.find((one) => one.name === "message.text") ?? vocabulary.fields[0]!)]);
  const addGroup = (): void =>
    put([
      ...parts,
      groupOf(mode === "all" ? "any" : "all", [blank(vocabulary.fields[0]!), blank(vocabulary.fields[0]!)]),
    ]);
  return (
    <fieldset class="group" data-depth={depth}>
      <legend class="vh">{v(mode === "all" ? "group.all" : "group.any")}</legend>
      {parts.length > 1 && (
        <p class="sentence">
          <Pick
            label={v("group.mode")}
            value={mode}
            options={[
              ["all", v("group.all")],
              ["any", v("group.any")],
            ]}
            onChange={(next) => onChange(groupOf(next as Mode, parts))}
          />
          {onRemove && <Remove label={v("group.remove")} onClick={onRemove} />}
        </p>
      )}
      {parts.length === 0 && <p class="quiet">{v("always")}</p>}
      {parts.length > 0 && (
        <ul class="group__parts">
          {parts.map((part, at) => (
            <li key={at}>
              {isGroup(part) ? (
                <GroupEditor
                  group={part}
                  depth={depth + 1}
                  vocabulary={vocabulary}
                  onChange={(next) => (partsOf(next).length ? replace(at, next) : remove(at))}
                  onRemove={() => remove(at)}
                />
              ) : (
                <Row
                  single={part}
                  vocabulary={vocabulary}
                  onChange={(next) => replace(at, next)}
                  onRemove={() => remove(at)}
                />
              )}
            </li>
          ))}
        </ul>
      )}
      <div class="btns">
        <button type="button" class="chip" onClick={add}>
          <Icon name="plus" size="s" />
          {v("condition.add")}
        </button>
        {depth < DEEPEST && parts.length > 0 && (
          <button type="button" class="chip" onClick={addGroup}>
            <Icon name="plus" size="s" />
            {v("group.add")}
          </button>
        )}
      </div>
    </fieldset>
  );
}

interface RowProps {
  single: Single;
  vocabulary: Vocabulary;
  onChange(single: Single): void;
  onRemove(): void;
}

function Row({ single, vocabulary, onChange, onRemove }: RowProps) {
  const field = fieldOf(vocabulary, single.field);
  const choose = (name: string): void => onChange(blank(fieldOf(vocabulary, name)!));
  return (
    <div class="condition">
      <FieldPick name={single.field} vocabulary={vocabulary} onChange={choose} />
      {field && <CustomKey single={single} vocabulary={vocabulary} onChange={onChange} />}
      {field && field.type !== "truth" && (
        <Pick
          label={v("operator")}
          value={single.op}
          options={field.operators.map((op) => [op, operatorLabel(vocabulary, field, op)] as const)}
          onChange={(op) => onChange(withOperator(single, field, op))}
        />
      )}
      {field && (
        <Value
          single={single}
          field={field}
          vocabulary={vocabulary}
          onChange={(value) => onChange({ ...single, value })}
        />
      )}
      <Remove label={v("condition.remove")} onClick={onRemove} />
    </div>
  );
}

const NOUNS = ["message", "contact", "conversation", "other"] as const;
const nounOf = (field: Field): string => {
  const noun = field.name.split(".")[0]!;
  return (NOUNS as readonly string[]).includes(noun) ? noun : "other";
};

function FieldPick({
  name,
  vocabulary,
  onChange,
}: {
  name: string;
  vocabulary: Vocabulary;
  onChange(name: string): void;
}) {
  const custom = customOf(name);
  const shown = custom ? `${custom.noun}.custom.*` : name;
  const isKnown = vocabulary.fields.some((one) => one.name === shown);
  return (
    <select
      class="chip chip--field"
      aria-label={v("field")}
      aria-invalid={isKnown ? undefined : "true"}
      onChange={(event) => onChange(event.currentTarget.value)}
    >
      {!isKnown && (
        <option value={name} selected>
          {v("gone")}
        </option>
      )}
      {NOUNS.map((noun) => (
        <optgroup key={noun} label={v(`noun.${noun}`)}>
          {vocabulary.fields
            .filter((one) => nounOf(one) === noun)
            .map((one) => (
              <option key={one.name} value={one.name} selected={one.name === shown}>
                {fieldLabel(one)}
              </option>
            ))}
        </optgroup>
      ))}
    </select>
  );
}

/** Which custom field: typed, with those that occur offered. */
function CustomKey({ single, vocabulary, onChange }: Omit<RowProps, "onRemove">) {
  const custom = customOf(single.field);
  if (!custom) return null;
  const list = `custom-${custom.noun}`;
  return (
    <>
      <input
        class="input"
        dir="auto"
        list={list}
        maxLength={80}
        aria-label={v("customName")}
        placeholder={v("customName")}
        value={custom.key}
        onInput={(event) => onChange({ ...single, field: `${custom.noun}.custom.${event.currentTarget.value || "*"}` })}
      />
      <datalist id={list}>
        {(vocabulary.custom[custom.noun] ?? []).map((key) => (
          <option key={key} value={key} />
        ))}
      </datalist>
    </>
  );
}

function Remove({ label, onClick }: { label: string; onClick(): void }) {
  return (
    <button type="button" class="tag__remove" aria-label={label} title={label} onClick={onClick}>
      <Icon name="close" size="s" />
    </button>
  );
}
