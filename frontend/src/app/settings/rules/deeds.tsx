/** What is done, one after the other: each deed a line of a sentence, its pickers made of the hub's vocabulary. */

import { Icon } from "../../../ui/icons";
import { Duration } from "../routing/duration";
import { Pick, Picks } from "../routing/pick";
import { Tokens } from "../conditions/tokens";
import { type Argument, type DeedKind, type Vocabulary, options } from "../conditions/vocabulary";
import { named, v } from "../conditions/words";
import type { Deed } from "./data";

interface DeedsProps {
  deeds: readonly Deed[];
  vocabulary: Vocabulary;
  place: "rule" | "macro";
  error?: string | undefined;
  onChange(deeds: Deed[]): void;
}

export function DeedsEditor({ deeds, vocabulary, place, error, onChange }: DeedsProps) {
  const kinds = vocabulary.deeds.filter((one) => one.places.includes(place));
  const replace = (at: number, deed: Deed): void => onChange(deeds.map((one, n) => (n === at ? deed : one)));
  return (
    <div class="deeds" role="group" aria-label={v("then")}>
      {deeds.length > 0 && (
        <ol class="deeds__list">
          {deeds.map((deed, at) => (
            <li key={at}>
              <DeedEditor
                deed={deed}
                kinds={kinds}
                vocabulary={vocabulary}
                place={place}
                onChange={(next) => replace(at, next)}
                onRemove={() => onChange(deeds.filter((_, n) => n !== at))}
              />
            </li>
          ))}
        </ol>
      )}
      <div class="btns">
        <button
          type="button"
          class="chip"
          onClick={() => onChange([...deeds, blankDeed(kinds[deeds.length ? 6 : 3] ?? kinds[0]!, vocabulary)])}
        >
          <Icon name="plus" size="s" />
          {v("deed.add")}
        </button>
      </div>
      {error && (
        <p class="fielderr" role="alert">
          <Icon name="alert" size="s" />
          <span>{error}</span>
        </p>
      )}
    </div>
  );
}

export const deedLabel = (kind: DeedKind): string => named(`deed.${kind.name}`, kind.label);

/** A deed of a kind with what most would choose. */
export function blankDeed(kind: DeedKind, vocabulary: Vocabulary): Deed {
  const deed: Deed = { do: kind.name };
  for (const argument of kind.arguments) {
    if (argument.may_be_missing) continue;
    deed[argument.name] = blankArgument(argument, vocabulary);
  }
  if (kind.name === "notify") deed["assignee"] = true;
  return deed;
}

function blankArgument(argument: Argument, vocabulary: Vocabulary): unknown {
  if (argument.type === "one") {
    const known = options(vocabulary, argument.choices);
    return (known.find((one) => one.value === "urgent" || one.value === "resolved") ?? known[0])?.value ?? null;
  }
  if (argument.type === "number") return argument.name === "minutes" ? 1440 : 5;
  return argument.type === "labels" || argument.type === "many" ? [] : "";
}

interface DeedProps {
  deed: Deed;
  kinds: readonly DeedKind[];
  vocabulary: Vocabulary;
  place: "rule" | "macro";
  onChange(deed: Deed): void;
  onRemove(): void;
}

function DeedEditor({ deed, kinds, vocabulary, place, onChange, onRemove }: DeedProps) {
  const kind = kinds.find((one) => one.name === deed.do);
  const put = (name: string, value: unknown): void => {
    const { [name]: _old, ...rest } = deed;
    onChange({ ...rest, do: deed.do, ...(value === undefined ? {} : { [name]: value }) });
  };
  return (
    <div class="condition">
      <Pick
        label={v("deed.label")}
        value={deed.do}
        isInvalid={!kind}
        options={[
          ...(kind ? [] : [[deed.do, v("gone")] as const]),
          ...kinds.map((one) => [one.name, deedLabel(one)] as const),
        ]}
        onChange={(name) =>
          onChange(
            blankDeed(
              kinds.find((one) => one.name === name)!,
              vocabulary,
            ),
          )
        }
      />
      {kind?.arguments
        .filter((one) => !(kind.name === "notify" && one.name !== "text"))
        .map((argument) => (
          <ArgumentEditor
            key={argument.name}
            argument={argument}
            value={deed[argument.name]}
            vocabulary={vocabulary}
            place={place}
            onChange={(value) => put(argument.name, value)}
          />
        ))}
      {kind?.name === "notify" && <Whom deed={deed} vocabulary={vocabulary} onChange={onChange} />}
      <button
        type="button"
        class="tag__remove"
        aria-label={v("deed.remove")}
        title={v("deed.remove")}
        onClick={onRemove}
      >
        <Icon name="close" size="s" />
      </button>
    </div>
  );
}

interface ArgumentProps {
  argument: Argument;
  value: unknown;
  vocabulary: Vocabulary;
  place: "rule" | "macro";
  onChange(value: unknown): void;
}

function ArgumentEditor(props: ArgumentProps) {
  const { argument, value, vocabulary, onChange } = props;
  const label = v(`argument.${argument.name}` as never);
  if (argument.type === "one") return <OneOf {...props} label={label} />;
  if (argument.type === "labels")
    return (
      <Tokens
        label={label}
        values={Array.isArray(value) ? value.map(String) : []}
        suggestions={options(vocabulary, argument.choices).map((one) => one.value)}
        placeholder={v("typeLabel")}
        joint="and"
        onChange={onChange}
      />
    );
  if (argument.name === "minutes")
    return (
      <Duration
        label={label}
        seconds={typeof value === "number" ? value * 60 : null}
        units={["minutes", "hours", "days"]}
        onChange={(seconds) => onChange(Math.round((seconds ?? 0) / 60))}
      />
    );
  if (argument.type === "number")
    return (
      <Pick
        label={label}
        value={String(value)}
        options={Array.from({ length: argument.most }, (_, at) => [String(at + 1), `≥ ${at + 1}`] as const)}
        onChange={(level) => onChange(Number(level))}
      />
    );
  if (argument.type === "text")
    return (
      <textarea
        class="input"
        dir="auto"
        rows={2}
        aria-label={label}
        placeholder={label}
        value={String(value ?? "")}
        onInput={(event) => onChange(event.currentTarget.value)}
      />
    );
  return (
    <input
      class="input"
      dir="auto"
      aria-label={label}
      placeholder={label}
      value={String(value ?? "")}
      onInput={(event) => onChange(event.currentTarget.value || (argument.may_be_missing ? undefined : ""))}
    />
  );
}

function OneOf({ argument, value, vocabulary, place, label, onChange }: ArgumentProps & { label: string }) {
  const known = options(vocabulary, argument.choices);
  const chosen = value === null || value === undefined ? "" : String(value);
  const isMe = place === "macro" && argument.name === "agent_id";
  const extra = [
    ...(argument.is_needed ? [] : [["", v("nobody")] as const]),
    ...(isMe ? [["me", v("whoeverRuns")] as const] : []),
  ];
  const all = [...extra, ...known.map((one) => [one.value, one.label] as const)];
  const isKnown = all.some(([one]) => one === chosen);
  return (
    <Pick
      label={label}
      value={chosen}
      isInvalid={!isKnown}
      options={isKnown ? all : [[chosen, chosen ? v("gone") : v("choose")], ...all]}
      onChange={(next) => onChange(next || null)}
    />
  );
}

/** Who is told: any of the assignee, a team, and agents. */
function Whom({ deed, vocabulary, onChange }: { deed: Deed; vocabulary: Vocabulary; onChange(deed: Deed): void }) {
  const agents = (Array.isArray(deed["agent_ids"]) ? deed["agent_ids"] : []) as string[];
  const team = typeof deed["team_id"] === "string" ? deed["team_id"] : "";
  const isAssignee = deed["assignee"] === true;
  const write = (next: { agents?: string[]; team?: string; isAssignee?: boolean }): void => {
    const all = { agents, team, isAssignee, ...next };
    onChange({
      do: "notify",
      ...(all.isAssignee ? { assignee: true } : {}),
      ...(all.team ? { team_id: all.team } : {}),
      ...(all.agents.length ? { agent_ids: all.agents } : {}),
      text: deed["text"] ?? "",
    });
  };
  const [people, teams] = [options(vocabulary, "agent"), options(vocabulary, "team")];
  const nameIn = (all: typeof people, id: string): string => all.find((one) => one.value === id)?.label ?? v("gone");
  return (
    <Picks
      label={v("argument.agent_ids")}
      addLabel={v("addWhom")}
      picked={[
        ...(isAssignee ? [{ key: "assignee", label: v("assignee"), icon: "user" as const }] : []),
        ...(team ? [{ key: "team", label: nameIn(teams, team), icon: "users" as const }] : []),
        ...agents.map((key) => ({ key, label: nameIn(people, key), icon: "user" as const })),
      ]}
      choices={[
        ...(isAssignee ? [] : [{ key: "assignee", label: v("assignee"), run: () => write({ isAssignee: true }) }]),
        ...teams
          .filter((one) => one.value !== team)
          .map((one) => ({
            key: one.value,
            label: one.label,
            icon: "users" as const,
            run: () => write({ team: one.value }),
          })),
        ...people
          .filter((one) => !agents.includes(one.value))
          .map((one) => ({
            key: one.value,
            label: one.label,
            icon: "user" as const,
            run: () => write({ agents: [...agents, one.value] }),
          })),
      ]}
      onRemove={(key) =>
        write(
          key === "assignee"
            ? { isAssignee: false }
            : key === "team"
              ? { team: "" }
              : { agents: agents.filter((one) => one !== key) },
        )
      }
    />
  );
}
