/** How patient routing is: how long offers stand, when agents count as gone, what comes back when. */

import { api } from "../../../lib/api";
import { say } from "../../../lib/store/toasts";
import { Labelled } from "../labelled";
import { Head, SaveBar, Waiting } from "../parts";
import { w } from "../words";
import { type Draft, useDraft } from "./draft";
import { Duration, type Unit } from "./duration";
import { useFresh } from "./fresh";
import { Part, Remove } from "./parts";
import { type RoutingWord, r } from "./words";

type ByName = Record<string, number>;
interface RoutingSettings {
  offer_seconds: ByName;
  missed_limit: ByName;
  wrap_up_seconds: ByName;
  park_after_seconds: ByName;
  return_after_seconds: number;
  skip_seconds: number;
  absent_seconds: number;
  returning_burst: number;
}
type Mapped = "offer_seconds" | "missed_limit" | "wrap_up_seconds" | "park_after_seconds";
type Single = Exclude<keyof RoutingSettings, Mapped>;
const PATH = "/routing-settings";

export function RoutingSettingsPage({ rest: _rest }: { rest: readonly string[] }) {
  const [loaded, reload] = useFresh(() => api.get<RoutingSettings>(PATH), "routing", ["routing"]);
  if (loaded.state !== "ready") return <Waiting of={loaded} retry={() => void reload()} />;
  return <Form value={loaded.value} reload={reload} />;
}

function Form({ value, reload }: { value: RoutingSettings; reload(): Promise<void> }) {
  const draft = useDraft<RoutingSettings>(value, async (next) => {
    const names = (Object.keys(next) as (keyof RoutingSettings)[]).filter((name) => next[name] !== value[name]);
    const saved = await api.patch<RoutingSettings>(PATH, Object.fromEntries(names.map((name) => [name, next[name]])));
    say(w("saved"));
    return saved;
  });
  const reset = async (): Promise<void> => {
    const names = Object.keys(value) as (keyof RoutingSettings)[];
    await api.patch(PATH, Object.fromEntries(names.map((name) => [name, null])));
    await reload();
    say(w("saved"));
  };
  return (
    <section class="block">
      <Head title={w("section.routing")} text={r("routing.lead")}>
        <Remove verb={r("routing.reset")} title={r("routing.resetTitle")} text={r("routing.resetText")} act={reset} />
      </Head>
      <form ref={draft.form} class="form" noValidate onSubmit={draft.submit}>
        <Part title={r("routing.offers")}>
          <Named draft={draft} name="offer_seconds" at="realtime" units={["seconds", "minutes"]} />
          <Named draft={draft} name="offer_seconds" at="live" units={["seconds", "minutes"]} />
          <One draft={draft} name="skip_seconds" units={["seconds", "minutes"]} />
        </Part>
        <Part title={r("routing.missed")}>
          <Named draft={draft} name="missed_limit" at="realtime" />
          <Named draft={draft} name="missed_limit" at="live" />
        </Part>
        <Part title={r("routing.back")}>
          <One draft={draft} name="return_after_seconds" units={["minutes", "hours"]} />
          <One draft={draft} name="absent_seconds" units={["minutes", "hours"]} />
          <One draft={draft} name="returning_burst" />
        </Part>
        <Part title={r("routing.after")}>
          <Named draft={draft} name="wrap_up_seconds" at="voice" units={["seconds", "minutes"]} />
          <Named draft={draft} name="wrap_up_seconds" at="chat" units={["seconds", "minutes"]} />
          <Named draft={draft} name="park_after_seconds" at="live" units={["seconds", "minutes"]} />
        </Part>
        <SaveBar isDirty={draft.isDirty} isBusy={draft.isBusy} failure={draft.failure()} onReset={draft.reset} />
      </form>
    </section>
  );
}

interface OneProps {
  draft: Draft<RoutingSettings>;
  /** Without units it is a count. */
  units?: readonly Unit[];
}

function One({ draft, name, units }: OneProps & { name: Single }) {
  return (
    <Setting
      word={name}
      value={draft.value[name]}
      units={units}
      error={draft.error(name)}
      onChange={(next) => draft.put({ [name]: next })}
    />
  );
}

function Named({ draft, name, at, units }: OneProps & { name: Mapped; at: string }) {
  const values = draft.value[name];
  return (
    <Setting
      word={`${name}.${at}`}
      value={values[at] ?? 0}
      units={units}
      error={draft.error(`${name}.${at}`) ?? draft.error(name)}
      onChange={(next) => draft.put({ [name]: { ...values, [at]: next } })}
    />
  );
}

interface SettingProps {
  word: string;
  value: number;
  units: readonly Unit[] | undefined;
  error: string | undefined;
  onChange(value: number): void;
}

function Setting({ word, value, units, error, onChange }: SettingProps) {
  const label = r(`set.${word}` as RoutingWord);
  return (
    <Labelled label={label} hint={r(`set.${word}.hint` as RoutingWord)} error={error}>
      {({ id, "aria-describedby": describedBy }) =>
        units ? (
          <Duration
            id={id}
            describedBy={describedBy}
            label={label}
            seconds={value}
            units={units}
            isInvalid={Boolean(error)}
            onChange={(next) => onChange(next ?? 0)}
          />
        ) : (
          <input
            id={id}
            class="input input--short"
            type="number"
            min="0"
            aria-describedby={describedBy}
            aria-invalid={error ? "true" : undefined}
            value={value}
            onInput={(event) => onChange(Math.max(0, Math.round(Number(event.currentTarget.value))))}
          />
        )
      }
    </Labelled>
  );
}
