/** How much work agents hold at once: policies in words, and who has which. */

import { useState } from "preact/hooks";
import { reasonOf } from "../../../lib/store/reason";
import { say } from "../../../lib/store/toasts";
import { Icon } from "../../../ui/icons";
import { Line } from "../labelled";
import { Failure, SaveBar, Waiting } from "../parts";
import { w } from "../words";
import { useDraft } from "../routing/draft";
import { useFresh } from "../routing/fresh";
import { Caution, Remove } from "../routing/parts";
import { Pick } from "../routing/pick";
import { r } from "../routing/words";
import {
  type AgentAtWork,
  type CapacityPolicy,
  KINDS,
  type Kind,
  type PolicyDraft,
  USUAL_WEIGHTS,
  changePolicy,
  choosePolicy,
  createPolicy,
  loadAgents,
  loadPolicies,
  removePolicy,
} from "../skills/data";

interface Everything {
  policies: CapacityPolicy[];
  people: AgentAtWork[];
}

async function loadEverything(): Promise<Everything> {
  const [policies, people] = await Promise.all([loadPolicies(), loadAgents()]);
  return { policies, people };
}

export function CapacityTab() {
  const [loaded, reload] = useFresh(loadEverything, "policies", ["capacity_policy", "agent_capacity"]);
  const [isAdding, setAdding] = useState(false);
  if (loaded.state !== "ready") return <Waiting of={loaded} retry={() => void reload()} />;
  const { policies, people } = loaded.value;
  return (
    <>
      {!policies.length && <p class="advice">{r("capacity.none")}</p>}
      {policies.map((one) => (
        <PolicyForm key={one.id} one={one} reload={reload} onDone={() => undefined} />
      ))}
      {isAdding ? (
        <PolicyForm one={undefined} isFirst={!policies.length} reload={reload} onDone={() => setAdding(false)} />
      ) : (
        <div class="btns">
          <button type="button" class="btn btn--large" onClick={() => setAdding(true)}>
            <Icon name="plus" />
            {r("capacity.add")}
          </button>
        </div>
      )}
      {policies.length > 0 && <WhoHasWhich policies={policies} people={people} reload={reload} />}
    </>
  );
}

interface PolicyFormProps {
  one: CapacityPolicy | undefined;
  isFirst?: boolean;
  reload(): Promise<void>;
  onDone(): void;
}

function PolicyForm({ one, isFirst = false, reload, onDone }: PolicyFormProps) {
  const before: PolicyDraft = one
    ? { name: one.name, weights: one.weights, is_default: one.is_default }
    : { name: "", weights: {}, is_default: isFirst };
  const draft = useDraft<PolicyDraft>(before, async (value) => {
    const body = { ...value, name: value.name.trim() };
    if (one) await changePolicy(one.id, body);
    else await createPolicy(body);
    await reload();
    say(w("saved"));
    if (!one) queueMicrotask(onDone);
    return body;
  });
  const { value, put, error } = draft;
  const weigh = (kind: Kind): number => value.weights[kind] ?? USUAL_WEIGHTS[kind];
  return (
    <form ref={draft.form} class="sheet" noValidate onSubmit={draft.submit} aria-label={one?.name ?? r("capacity.add")}>
      <div class="sheet__head">
        <Line
          label={r("name")}
          value={value.name}
          error={error("name")}
          isFirst={!one}
          placeholder={r("capacity.example")}
          onInput={(name) => put({ name })}
        />
        <label class="switch">
          <input
            type="checkbox"
            role="switch"
            checked={value.is_default}
            onChange={(event) => put({ is_default: event.currentTarget.checked })}
          />
          {r("capacity.default")}
        </label>
      </div>
      {one?.warnings.map((text) => (
        <Caution key={text} text={text} />
      ))}
      <table class="weights">
        <caption class="vh">{r("capacity.weights")}</caption>
        <thead>
          <tr>
            <th scope="col">{r("capacity.kind")}</th>
            <th scope="col">{r("capacity.atOnce")}</th>
            <th scope="col">{r("capacity.room")}</th>
          </tr>
        </thead>
        <tbody>
          {KINDS.map((kind) => (
            <tr key={kind}>
              <th scope="row">{r(`kinds.${kind}`)}</th>
              <td>
                <AtOnce
                  kind={kind}
                  weight={weigh(kind)}
                  onChange={(weight) => put({ weights: { ...value.weights, [kind]: weight } })}
                />
              </td>
              <td>
                <span class="room">
                  <span style={{ inlineSize: `${weigh(kind)}%` }} />
                </span>
                <span class="quiet">{weigh(kind)} %</span>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {error("weights") && <Failure text={error("weights")!} />}
      <p class="quiet">{r("capacity.words", { chats: fitting(weigh("chat")), mails: fitting(weigh("email")) })}</p>
      <div class="sheet__foot">
        <SaveBar
          isDirty={draft.isDirty || !one}
          isBusy={draft.isBusy}
          failure={draft.failure()}
          onReset={one ? draft.reset : onDone}
        />
        {one && (
          <Remove
            verb={r("remove")}
            title={r("removeTitle", { name: one.name })}
            text={r("capacity.removeText", { n: one.agents })}
            act={async () => {
              await removePolicy(one.id);
              await reload();
              say(r("removed", { name: one.name }));
            }}
          />
        )}
      </div>
    </form>
  );
}

/** How many of a weight fit into 100; without weight there is no limit. */
const fitting = (weight: number): string => (weight ? String(Math.floor(100 / weight)) : "∞");

interface AtOnceProps {
  kind: Kind;
  weight: number;
  onChange(weight: number): void;
}

/** The nearest weight stands for what is typed, so the number may move a little once the field is left. */
function AtOnce({ kind, weight, onChange }: AtOnceProps) {
  const [typed, setTyped] = useState<string | null>(null);
  return (
    <input
      class="input input--short"
      type="number"
      min="1"
      max="100"
      aria-label={r("capacity.atOnceOf", { kind: r(`kinds.${kind}`) })}
      placeholder="∞"
      value={typed ?? (weight ? fitting(weight) : "")}
      onBlur={() => setTyped(null)}
      onInput={(event) => {
        const text = event.currentTarget.value;
        const n = Math.min(100, Math.round(Number(text)));
        setTyped(text);
        onChange(n > 0 ? Math.floor(100 / n) : 0);
      }}
    />
  );
}

interface WhoProps {
  policies: readonly CapacityPolicy[];
  people: readonly AgentAtWork[];
  reload(): Promise<void>;
}

function WhoHasWhich({ policies, people: all, reload }: WhoProps) {
  const [needle, setNeedle] = useState("");
  const people = all.filter((one) => one.name.toLocaleLowerCase().includes(needle.trim().toLocaleLowerCase()));
  return (
    <section class="part">
      <h2>{r("capacity.who")}</h2>
      {all.length > 8 && (
        <input
          class="input"
          type="search"
          aria-label={r("matrix.search")}
          placeholder={r("matrix.search")}
          value={needle}
          onInput={(event) => setNeedle(event.currentTarget.value)}
        />
      )}
      <ul class="who">
        {people.slice(0, 100).map((one) => (
          <li key={one.id}>
            <span class="clip" dir="auto">
              {one.name}
            </span>
            <Chosen agent={one} policies={policies} reload={reload} />
          </li>
        ))}
      </ul>
      {people.length > 100 && <p class="quiet">{r("capacity.more", { n: people.length - 100 })}</p>}
    </section>
  );
}

interface ChosenProps {
  agent: AgentAtWork;
  policies: readonly CapacityPolicy[];
  reload(): Promise<void>;
}

function Chosen({ agent, policies, reload }: ChosenProps) {
  const [chosen, setChosen] = useState<string | null>(null);
  const usual = policies.find((one) => one.is_default)?.name ?? r("capacity.hub");
  const choose = async (next: string): Promise<void> => {
    setChosen(next);
    try {
      await choosePolicy(agent.id, next || null);
      await reload();
    } catch (error) {
      say(r("notSaved", { reason: reasonOf(error) }));
    }
    setChosen(null);
  };
  return (
    <Pick
      label={r("capacity.of", { name: agent.name })}
      value={chosen ?? agent.capacity_policy_id ?? ""}
      options={[
        ["", r("capacity.usual", { name: usual })],
        ...policies.filter((one) => !one.is_default).map((one) => [one.id, one.name] as const),
      ]}
      onChange={(next) => void choose(next)}
    />
  );
}
