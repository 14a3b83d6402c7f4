/** The organization's own words for being away, busy or offline, and what their agents still get meanwhile. */

import { useState } from "preact/hooks";
import { reasonOf } from "../../../lib/store/reason";
import { say } from "../../../lib/store/toasts";
import { Icon } from "../../../ui/icons";
import { Failure, Waiting, fieldErrors } from "../parts";
import { useFresh } from "../routing/fresh";
import { Remove } from "../routing/parts";
import { Pick } from "../routing/pick";
import { r } from "../routing/words";
import {
  type ReasonDraft,
  type StateReason,
  type WorkClass,
  changeReason,
  createReason,
  loadReasons,
  removeReason,
} from "../skills/data";

const STATES = ["online", "away", "busy", "offline"] as const;
const CLASSES: readonly WorkClass[] = ["realtime", "live", "async"];
/** What each state takes without a reason. */
const USUAL: Record<StateReason["state"], WorkClass[]> = {
  online: ["realtime", "live", "async"],
  away: ["async"],
  busy: [],
  offline: [],
};

export function ReasonsTab() {
  const [loaded, reload] = useFresh(loadReasons, "reasons", ["state_reason"]);
  if (loaded.state !== "ready") return <Waiting of={loaded} retry={() => void reload()} />;
  const reasons = loaded.value;
  return (
    <>
      <div class="states">
        {STATES.map((state) => (
          <section key={state} class="part">
            <h3>
              <span class="presence" data-state={state} /> {r(`presence.${state}`)}
            </h3>
            <p class="quiet">{r("reasons.usually", { what: inWords(USUAL[state]) })}</p>
            <ul class="reasons">
              {reasons
                .filter((one) => one.state === state)
                .map((one) => (
                  <Row key={one.id} one={one} reload={reload} />
                ))}
            </ul>
          </section>
        ))}
      </div>
      <NewReason position={reasons.length} reload={reload} />
    </>
  );
}

function inWords(takes: readonly WorkClass[]): string {
  if (!takes.length) return r("takes.nothing");
  return takes.map((one) => r(`takes.${one}`)).join(", ");
}

function Row({ one, reload }: { one: StateReason; reload(): Promise<void> }) {
  const [takes, setTakes] = useState(one.takes);
  const change = async (next: WorkClass[]): Promise<void> => {
    setTakes(next);
    try {
      await changeReason(one.id, { takes: next });
    } catch (error) {
      setTakes(takes);
      say(r("notSaved", { reason: reasonOf(error) }));
    }
  };
  return (
    <li>
      <span class="strong clip" dir="auto">
        {one.name}
      </span>
      {one.state !== "offline" && <Takes name={one.name} takes={takes} onChange={(next) => void change(next)} />}
      <Remove
        of={one.name}
        verb={r("remove")}
        title={r("removeTitle", { name: one.name })}
        text={r("reasons.removeText")}
        act={async () => {
          await removeReason(one.id);
          await reload();
        }}
      />
    </li>
  );
}

function Takes({ name, takes, onChange }: { name: string; takes: WorkClass[]; onChange(takes: WorkClass[]): void }) {
  return (
    <span class="checks-row" role="group" aria-label={r("reasons.still", { name })}>
      <span class="quiet">{r("reasons.stillGets")}</span>
      {CLASSES.map((one) => (
        <label key={one}>
          <input
            type="checkbox"
            checked={takes.includes(one)}
            onChange={(event) =>
              onChange(CLASSES.filter((other) => (other === one ? event.currentTarget.checked : takes.includes(other))))
            }
          />
          {r(`takes.${one}`)}
        </label>
      ))}
    </span>
  );
}

function NewReason({ position, reload }: { position: number; reload(): Promise<void> }) {
  const [draft, setDraft] = useState<ReasonDraft>({ state: "away", name: "", takes: USUAL.away, position });
  const [failure, setFailure] = useState("");
  const add = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    try {
      await createReason({ ...draft, name: draft.name.trim(), position });
      setDraft({ ...draft, name: "" });
      setFailure("");
      await reload();
    } catch (error) {
      setFailure(Object.values(fieldErrors(error)).join(" ") || reasonOf(error));
    }
  };
  return (
    <form class="inset" noValidate onSubmit={(event) => void add(event)}>
      <label class="field">
        <span>{r("reasons.name")}</span>
        <input
          class="input"
          dir="auto"
          placeholder={r("reasons.example")}
          aria-invalid={failure ? "true" : undefined}
          value={draft.name}
          onInput={(event) => setDraft({ ...draft, name: event.currentTarget.value })}
        />
      </label>
      <p class="sentence">
        {r("reasons.isA")}
        <Pick
          label={r("reasons.state")}
          value={draft.state}
          options={STATES.map((state) => [state, r(`presence.${state}`)] as const)}
          onChange={(state) =>
            setDraft({ ...draft, state: state as StateReason["state"], takes: USUAL[state as StateReason["state"]] })
          }
        />
      </p>
      {draft.state !== "offline" && (
        <Takes
          name={draft.name || r("reasons.name")}
          takes={draft.takes}
          onChange={(takes) => setDraft({ ...draft, takes })}
        />
      )}
      {failure && <Failure text={failure} />}
      <div class="btns">
        <button type="submit" class="btn" disabled={!draft.name.trim()}>
          <Icon name="plus" size="s" />
          {r("reasons.add")}
        </button>
      </div>
    </form>
  );
}
