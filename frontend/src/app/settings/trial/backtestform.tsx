/** A new backtest: which days, and what would have been different. */

import { useEffect, useState } from "preact/hooks";
import { t } from "../../../lib/i18n";
import { api } from "../../../lib/api";
import { reasonOf } from "../../../lib/store/reason";
import { openSettings } from "../../../lib/store/route";
import { queues } from "../../../lib/store/session";
import type { Id, Page } from "../../../lib/types";
import { Icon } from "../../../ui/icons";
import { type Choice as MenuChoice, Menu } from "../../../ui/menu";
import { Failure, fieldErrors } from "../parts";
import { Choice, Labelled } from "../labelled";
import { Part } from "../routing/parts";
import { Pick } from "../routing/pick";
import { type Change, draftOf, handedOver } from "./changes";
import { startBacktest } from "./data";
import { u } from "./words";

interface Named {
  id: Id;
  name: string;
  is_active?: boolean;
}
interface Known {
  rules: readonly Named[];
  policies: readonly Named[];
  capacities: readonly Named[];
}

const DAYS = [1, 7, 28, 90] as const;
const OWN = "own";
const DAY_MS = 86_400_000;

const named = (route: string): Promise<readonly Named[]> =>
  api.get<Page<Named>>(route).then(
    ({ items }) => items,
    () => [],
  );

function useKnown(): Known {
  const [known, setKnown] = useState<Known>({ rules: [], policies: [], capacities: [] });
  useEffect(() => {
    void Promise.all([named("/rules"), named("/sla-policies"), named("/capacity-policies")]).then(
      ([rules, policies, capacities]) => setKnown({ rules, policies, capacities }),
    );
  }, []);
  return known;
}

export function BacktestForm() {
  const known = useKnown();
  const [days, setDays] = useState<string>("7");
  const [from, setFrom] = useState("");
  const [to, setTo] = useState("");
  const [changes, setChanges] = useState<readonly Change[]>(() => (handedOver.peek() ? [handedOver.peek()!] : []));
  const [errors, setErrors] = useState<Record<string, string>>({});
  const [failure, setFailure] = useState("");
  const [isBusy, setBusy] = useState(false);
  useEffect(() => {
    handedOver.value = null;
  }, []);
  const start = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    setErrors({});
    setFailure("");
    try {
      const [begins, ends] = boundsOf(days, from, to);
      const one = await startBacktest(begins, ends, draftOf(changes));
      openSettings(`/settings/backtests/${one.id}`);
    } catch (error) {
      const found = fieldErrors(error);
      setErrors(found);
      setFailure(Object.keys(found).length ? "" : reasonOf(error));
      setBusy(false);
    }
  };
  const put = (at: number, next: Change): void => setChanges(changes.map((one, index) => (index === at ? next : one)));
  const others = Object.entries(errors).filter(([name]) => !["begins_at", "ends_at"].includes(name));
  return (
    <form class="form" noValidate onSubmit={(event) => void start(event)}>
      <Choice
        label={u("backtests.period")}
        value={days}
        options={[...DAYS.map((n) => [String(n), u("backtests.days", { n })] as const), [OWN, u("backtests.own")]]}
        onChange={setDays}
      />
      {days === OWN && (
        <div class="input-row">
          <Day label={u("backtests.from")} value={from} error={errors.begins_at} onChange={setFrom} />
          <Day label={u("backtests.to")} value={to} error={errors.ends_at} onChange={setTo} />
        </div>
      )}
      <Part title={u("backtests.changes")} text={u("backtests.changesText")}>
        <ul class="changes">
          {changes.map((change, at) => (
            <li key={at}>
              <Sentence change={change} known={known} onChange={(next) => put(at, next)} />
              <button
                type="button"
                class="icon-btn"
                aria-label={u("backtests.removeChange")}
                title={u("backtests.removeChange")}
                onClick={() => setChanges(changes.filter((_, index) => index !== at))}
              >
                <Icon name="close" size="s" />
              </button>
            </li>
          ))}
        </ul>
        <div class="btns">
          <Menu
            label={u("backtests.addChange")}
            class="btn"
            isIcon
            button={
              <>
                <Icon name="plus" size="s" />
                {u("backtests.addChange")}
              </>
            }
            choices={kinds(known, (change) => setChanges([...changes, change]))}
          />
        </div>
      </Part>
      {others.map(([name, text]) => (
        <Failure key={name} text={text} />
      ))}
      {failure && <Failure text={failure} />}
      {days !== OWN && errors.ends_at && <Failure text={errors.ends_at} />}
      <div class="savebar">
        <button type="submit" class="btn btn--primary btn--large" disabled={isBusy || !changes.length}>
          {u("backtests.start")}
        </button>
        <button type="button" class="btn btn--large" onClick={() => openSettings("/settings/backtests")}>
          {t("act.cancel")}
        </button>
      </div>
    </form>
  );
}

interface DayProps {
  label: string;
  value: string;
  error: string | undefined;
  onChange(value: string): void;
}

function Day({ label, value, error, onChange }: DayProps) {
  return (
    <Labelled label={label} error={error}>
      {(bound) => (
        <input
          {...bound}
          class="input"
          type="date"
          required
          value={value}
          onInput={(event) => onChange(event.currentTarget.value)}
        />
      )}
    </Labelled>
  );
}

/** Begin and end as instants; whole days of this browser's clock, today until now. */
function boundsOf(days: string, from: string, to: string): [string, string] {
  const now = Date.now();
  if (days !== OWN) return [new Date(now - Number(days) * DAY_MS).toISOString(), new Date(now).toISOString()];
  const begins = new Date(`${from}T00:00`);
  const ends = new Date(`${to}T00:00`);
  ends.setDate(ends.getDate() + 1);
  return [iso(begins.getTime()), iso(Math.min(ends.getTime(), now))];
}

const iso = (at: number): string => (Number.isNaN(at) ? "" : new Date(at).toISOString());

function kinds(known: Known, add: (change: Change) => void): MenuChoice[] {
  const queue_id = queues.value[0]?.id;
  const [rule] = known.rules;
  const [policy] = known.policies;
  const [capacity] = known.capacities;
  const choice = (key: string, label: string, change: Change | undefined | "" | false): MenuChoice[] =>
    change ? [{ key, label, run: () => add(change) }] : [];
  return [
    ...choice("agents", u("change.agents"), { kind: "agents", n: 1 }),
    ...choice("members", u("change.members"), queue_id && { kind: "members", queue_id }),
    ...choice("skills", u("change.skills"), queue_id && { kind: "skills", queue_id }),
    ...choice("steps", u("change.steps"), queue_id && { kind: "steps", queue_id }),
    ...choice("chats", u("change.chats"), capacity && { kind: "chats", policy_id: capacity.id, n: 4 }),
    ...choice("rule", u("change.rule"), rule && { kind: "rule", rule_id: rule.id, is_active: !rule.is_active }),
    ...choice(
      "policy",
      u("change.policy"),
      policy && { kind: "policy", policy_id: policy.id, is_active: !policy.is_active },
    ),
  ];
}

interface SentenceProps {
  change: Change;
  known: Known;
  onChange(next: Change): void;
}

function Sentence({ change, known, onChange }: SentenceProps) {
  const options = (rows: readonly Named[]) => rows.map(({ id, name }) => [id, name] as const);
  switch (change.kind) {
    case "agents":
      return (
        <>
          <span>{u("change.agents")}</span>
          <Amount label={u("change.agents")} n={change.n} most={200} onChange={(n) => onChange({ ...change, n })} />
        </>
      );
    case "members":
    case "skills":
    case "steps":
      return (
        <>
          <span>{u(`change.${change.kind}`)}</span>
          <Pick
            label={u("tests.queue")}
            value={change.queue_id}
            options={options(queues.value)}
            onChange={(queue_id) => onChange({ ...change, queue_id })}
          />
        </>
      );
    case "chats":
      return (
        <>
          <span>{u("change.chats")}</span>
          <Pick
            label={u("change.capacity")}
            value={change.policy_id}
            options={options(known.capacities)}
            onChange={(policy_id) => onChange({ ...change, policy_id })}
          />
          <Amount label={u("change.chats")} n={change.n} most={100} onChange={(n) => onChange({ ...change, n })} />
        </>
      );
    case "rule":
      return (
        <>
          <Pick
            label={u("change.rule")}
            value={change.rule_id}
            options={options(known.rules)}
            onChange={(rule_id) => onChange({ ...change, rule_id })}
          />
          <OnOff isOn={change.is_active} onChange={(is_active) => onChange({ ...change, is_active })} />
        </>
      );
    case "policy":
      return (
        <>
          <Pick
            label={u("change.policy")}
            value={change.policy_id}
            options={options(known.policies)}
            onChange={(policy_id) => onChange({ ...change, policy_id })}
          />
          <OnOff isOn={change.is_active} onChange={(is_active) => onChange({ ...change, is_active })} />
        </>
      );
    case "draft":
      return <span dir="auto">{u("change.draft", { name: change.name })}</span>;
  }
}

function OnOff({ isOn, onChange }: { isOn: boolean; onChange(isOn: boolean): void }) {
  return (
    <Pick
      label={u("change.state")}
      value={isOn ? "on" : "off"}
      options={[
        ["on", u("change.on")],
        ["off", u("change.off")],
      ]}
      onChange={(value) => onChange(value === "on")}
    />
  );
}

interface AmountProps {
  label: string;
  n: number;
  most: number;
  onChange(n: number): void;
}

function Amount({ label, n, most, onChange }: AmountProps) {
  return (
    <input
      class="chip chip--field chip--amount"
      type="number"
      min={1}
      max={most}
      aria-label={label}
      value={n}
      onInput={(event) => {
        const next = event.currentTarget.valueAsNumber;
        if (next >= 1 && next <= most) onChange(Math.floor(next));
      }}
    />
  );
}
