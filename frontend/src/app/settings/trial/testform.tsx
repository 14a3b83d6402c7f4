/** One policy test: the message that comes in, what should become of it, and beside both what would happen now. */

import { t } from "../../../lib/i18n";
import { api } from "../../../lib/api";
import { openSettings } from "../../../lib/store/route";
import { channels, queueName, queues } from "../../../lib/store/session";
import { say } from "../../../lib/store/toasts";
import type { Id, Priority } from "../../../lib/types";
import { Icon } from "../../../ui/icons";
import { Choice, Labelled, Line } from "../labelled";
import { useAnswer } from "../routing/answer";
import { useDraft } from "../routing/draft";
import { Editor, Part } from "../routing/parts";
import { w } from "../words";
import { type Clock, type Expected, type Given, type PolicyTest, type TestResult, type Wall, tryTest } from "./data";
import { type TrialWord, u } from "./words";

const PRIORITIES: readonly Priority[] = ["low", "normal", "high", "urgent"];
const CLOCKS: readonly Clock[] = ["first_reply", "next_reply", "resolution", "requester_wait", "answer"];
const ANY = "any";
const NONE = "none";

export const clockName = (clock: string): string => u(`clock.${clock}` as TrialWord);

/** Next Monday at nine, on this browser's clock: a moment at which most desks are open. */
function nextMonday(): Wall {
  const day = new Date();
  day.setDate(day.getDate() + ((8 - day.getDay()) % 7 || 7));
  const two = (n: number): string => String(n).padStart(2, "0");
  return `${day.getFullYear()}-${two(day.getMonth() + 1)}-${two(day.getDate())}T09:00`;
}

interface Typed {
  name: string;
  given: Given;
  expected: Expected;
}

export function TestForm({ one, onSaved }: { one: PolicyTest | undefined; onSaved(): void }) {
  const first = channels.value[0]?.id ?? "";
  const before: Typed = one ?? { name: "", given: { channel_id: first, at: nextMonday() }, expected: {} };
  const draft = useDraft<Typed>(
    { name: before.name, given: before.given, expected: before.expected },
    async (typed) => {
      const body = { ...typed, given: filled(typed.given) };
      if (one) await api.patch(`/policy-tests/${one.id}`, body);
      else await api.post("/policy-tests", body);
      onSaved();
      say(w("saved"));
      openSettings("/settings/tests");
    },
  );
  const { value, put, error } = draft;
  const give = (change: Partial<Given>): void => put({ given: { ...value.given, ...change } });
  const expect = (change: Partial<Expected>): void => put({ expected: without({ ...value.expected, ...change }) });
  return (
    <Editor draft={draft} isNew={!one} aside={<Now typed={value} onTake={(expected) => put({ expected })} />}>
      <Line
        label={u("tests.name")}
        placeholder={u("tests.nameExample")}
        value={value.name}
        error={error("name")}
        isFirst={!one}
        onInput={(name) => put({ name })}
      />
      <Part title={u("tests.given")}>
        <Choice
          label={u("tests.channel")}
          value={value.given.channel_id}
          options={channels.value.map(({ id, name }) => [id, name] as const)}
          onChange={(channel_id) => give({ channel_id })}
        />
        <Labelled label={u("tests.at")} hint={u("tests.atHint")} error={error("given.at")}>
          {(bound) => (
            <input
              {...bound}
              class="input input--moment"
              type="datetime-local"
              required
              value={value.given.at}
              onInput={(event) => give({ at: event.currentTarget.value })}
            />
          )}
        </Labelled>
        <Line
          label={u("tests.from")}
          placeholder="carla@example.com"
          isLtr
          value={value.given.address ?? ""}
          error={error("given.address")}
          onInput={(address) => give({ address })}
        />
        <Line
          label={u("tests.subject")}
          value={value.given.subject ?? ""}
          error={error("given.subject")}
          onInput={(subject) => give({ subject })}
        />
        <Labelled label={u("tests.text")} error={error("given.text")}>
          {(bound) => (
            <textarea
              {...bound}
              class="input"
              rows={4}
              dir="auto"
              value={value.given.text ?? ""}
              onInput={(event) => give({ text: event.currentTarget.value })}
            />
          )}
        </Labelled>
      </Part>
      <Part title={u("tests.expected")} text={u("tests.expectedText")}>
        <Choice
          label={u("tests.queue")}
          value={value.expected.queue_id === undefined ? ANY : (value.expected.queue_id ?? NONE)}
          options={[
            [ANY, u("tests.any")],
            [NONE, u("tests.noQueue")],
            ...queues.value.map(({ id, name }) => [id, name] as const),
          ]}
          onChange={(chosen) => expect({ queue_id: idOf(chosen) })}
        />
        <Choice
          label={t("priority.label")}
          value={value.expected.priority ?? ANY}
          options={[[ANY, u("tests.any")], ...PRIORITIES.map((one) => [one, t(`priority.${one}`)] as const)]}
          onChange={(chosen) => expect({ priority: chosen === ANY ? undefined : (chosen as Priority) } as Expected)}
        />
        {CLOCKS.map((clock) => (
          <Labelled key={clock} label={u("tests.due", { clock: clockName(clock) })}>
            {(bound) => (
              <input
                {...bound}
                class="input input--moment"
                type="datetime-local"
                value={value.expected.due?.[clock] ?? ""}
                onInput={(event) => expect({ due: { ...value.expected.due, [clock]: event.currentTarget.value } })}
              />
            )}
          </Labelled>
        ))}
      </Part>
    </Editor>
  );
}

/** What the settings of now make of the message. */
function Now({ typed, onTake }: { typed: Typed; onTake(expected: Expected): void }) {
  const { given, expected } = typed;
  const probe = Object.keys(expected).length ? expected : { status: "new" as const };
  const answer = useAnswer((signal) => tryTest(filled(given), probe, signal), JSON.stringify([given, probe]));
  const outcome = answer.value?.outcome;
  return (
    <section class="sheet" aria-busy={answer.isAsking} aria-live="polite">
      <h2>{u("tests.now")}</h2>
      {answer.failure && <p class="caution">{answer.failure}</p>}
      {answer.value?.error && <p class="caution">{answer.value.error}</p>}
      {outcome && (
        <>
          <Facts outcome={outcome} />
          {Object.keys(expected).length > 0 && <Verdict result={answer.value!} />}
          <p>
            <button
              type="button"
              class="btn"
              onClick={() => onTake({ queue_id: outcome.queue_id, priority: outcome.priority, due: outcome.due })}
            >
              {u("tests.take")}
            </button>
          </p>
        </>
      )}
    </section>
  );
}

function Facts({ outcome }: { outcome: NonNullable<TestResult["outcome"]> }) {
  const rows: [string, string][] = [
    [u("tests.queue"), outcome.queue_id ? queueName(outcome.queue_id) : u("tests.noQueue")],
    [t("priority.label"), t(`priority.${outcome.priority}`)],
    [u("tests.labels"), outcome.labels.join(", ")],
    [u("tests.policy"), outcome.policy],
    ...Object.entries(outcome.due).map(([clock, moment]): [string, string] => [
      u("tests.due", { clock: clockName(clock) }),
      moment.replace("T", " "),
    ]),
    [u("tests.rules"), outcome.rules.join(", ")],
  ];
  return (
    <dl class="facts">
      {rows
        .filter(([, value]) => value)
        .map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd dir="auto">{value}</dd>
          </div>
        ))}
    </dl>
  );
}

function Verdict({ result }: { result: TestResult }) {
  if (result.passed) {
    return (
      <p class="health" data-state="ok">
        <Icon name="check" size="s" />
        {u("tests.passes")}
      </p>
    );
  }
  return (
    <ul class="verdict">
      {result.differences.map((found) => (
        <li key={found.what} class="caution">
          <Icon name="alert" size="s" />
          <span>{u("tests.difference", { ...found })}</span>
        </li>
      ))}
    </ul>
  );
}

const idOf = (chosen: string): Id | null =>
  chosen === NONE ? null : chosen === ANY ? (undefined as unknown as null) : chosen;

/** Without what is not expected. */
function without(expected: Expected): Expected {
  const due = Object.fromEntries(Object.entries(expected.due ?? {}).filter(([, moment]) => moment));
  const kept = { ...expected, due: Object.keys(due).length ? due : undefined };
  return Object.fromEntries(Object.entries(kept).filter(([, value]) => value !== undefined)) as Expected;
}

/** Without what was left empty. */
function filled(given: Given): Given {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== "")) as unknown as Given;
}
