/** Promises: the policies in the order in which they are asked, or one of them being written. */

import { useEffect, useState } from "preact/hooks";
import { openSettings } from "../../../lib/store/route";
import { reasonOf } from "../../../lib/store/reason";
import { me } from "../../../lib/store/session";
import { say } from "../../../lib/store/toasts";
import { Dialog } from "../../../ui/dialog";
import { Empty } from "../../../ui/empty";
import { Choice, Line } from "../labelled";
import { Head, Waiting } from "../parts";
import { w } from "../words";
import { useDraft } from "../routing/draft";
import { spoken } from "../routing/duration";
import { useFresh } from "../routing/fresh";
import { Order } from "../routing/order";
import { AddLink, Caution, Crumb, Editor, ListPage, Part, Remove, RowLink } from "../routing/parts";
import { r } from "../routing/words";
import { type Schedule, loadSchedules } from "../schedules/data";
import { ConditionsEditor } from "../conditions/editor";
import { type Vocabulary, loadVocabulary } from "../conditions/vocabulary";
import {
  type Policies,
  type Policy,
  type PolicyDraft,
  changePolicy,
  createPolicy,
  loadPolicies,
  orderPolicies,
  recomputePast,
  removePolicy,
} from "./data";
import { Escalations } from "./escalations";
import { PromisePreview } from "./preview";
import { problemOf } from "./targets";
import { TargetTable } from "./targettable";

const PATH = "/settings/promises";
/** Statuses in which the customer is waited for. */
const PAUSES = ["pending", "snoozed"] as const;

interface Everything {
  policies: Policy[];
  recomputing: Policies["recomputing"];
  schedules: Schedule[];
  vocabulary: Vocabulary;
}

async function loadEverything(): Promise<Everything> {
  const [listed, schedules, all] = await Promise.all([loadPolicies(), loadSchedules(), loadVocabulary()]);
  return { policies: listed.items, recomputing: listed.recomputing, schedules, vocabulary: lasting(all) };
}

const PASSING = new Set(["status", "age_minutes", "waiting_minutes", "is_new"].map((name) => `conversation.${name}`));

/** Without what comes and goes: a promise may ask what a conversation is, not what just happened to it. */
const lasting = (vocabulary: Vocabulary): Vocabulary => ({
  ...vocabulary,
  fields: vocabulary.fields.filter(({ name }) => /^(conversation|contact|channel)\./.test(name) && !PASSING.has(name)),
});

export function PromisesPage({ rest }: { rest: readonly string[] }) {
  const [loaded, reload] = useFresh(loadEverything, "promises", ["sla_policy", "schedule", "skill"]);
  if (loaded.state !== "ready") return <Waiting of={loaded} retry={() => void reload()} />;
  const [id] = rest;
  if (!id) return <List {...loaded.value} reload={reload} />;
  const one = loaded.value.policies.find((policy) => policy.id === id);
  if (!one && id !== "new") return <Empty title={w("gone.title")} text={w("gone.text")} />;
  return <EditPolicy key={id} one={one} all={loaded.value} reload={reload} />;
}

function List({ policies, recomputing, schedules, reload }: Everything & { reload(): Promise<void> }) {
  const [moved, setMoved] = useState<Policy[] | null>(null);
  const shown = moved ?? policies;
  const move = async (next: Policy[]): Promise<void> => {
    setMoved(next);
    try {
      await orderPolicies(next.map((one) => one.id));
      await reload();
    } catch (error) {
      say(r("notSaved", { reason: reasonOf(error) }));
    }
    setMoved(null);
  };
  return (
    <ListPage
      title={w("section.promises")}
      lead={r("promises.lead")}
      add={<AddLink path={`${PATH}/new`} label={r("promises.add")} />}
      isEmpty={!shown.length}
      none={r("promises.none")}
      noneText={r("promises.noneText")}
    >
      {recomputing && <Recomputing {...recomputing} again={reload} />}
      <div class="channels">
        <Order
          label={w("section.promises")}
          items={shown}
          keyOf={(one) => one.id}
          nameOf={(one) => one.name}
          onMove={(next) => void move(next)}
          row={(one) => (
            <RowLink
              path={`${PATH}/${one.id}`}
              icon="flag"
              name={one.name}
              facts={factsOf(one, schedules)}
              warning={one.warnings.join(" ") || undefined}
            >
              {one.is_active ? <span /> : <span class="tag">{r("promises.off")}</span>}
            </RowLink>
          )}
        />
      </div>
      {shown.length > 1 && <p class="quiet">{r("promises.orderHint")}</p>}
      <PromisePreview draft={null} id={null} zone={me.value?.user.time_zone || "UTC"} />
    </ListPage>
  );
}

function factsOf(one: Policy, schedules: readonly Schedule[]): string {
  const promised = one.targets
    .filter((target) => !target.priority)
    .slice(0, 2)
    .map((target) => `${r(`clock.${target.clock}`)}: ${spoken(target.seconds)}`);
  return [
    ...promised,
    schedules.find((schedule) => schedule.id === one.schedule_id)?.name ?? r("times.always"),
    one.escalations.length ? r("promises.steps", { n: one.escalations.length }) : "",
  ]
    .filter(Boolean)
    .join(" · ");
}

interface EditProps {
  one: Policy | undefined;
  all: Everything;
  reload(): Promise<void>;
}

function EditPolicy({ one, all, reload }: EditProps) {
  const [asksPast, setAsksPast] = useState(false);
  const draft = useDraft<PolicyDraft>(one ? only(one) : blank(all.schedules), async (value) => {
    const body = { ...value, name: value.name.trim() };
    const saved = one ? await changePolicy(one.id, body) : await createPolicy(body);
    await reload();
    say(w("saved"));
    if (!one) queueMicrotask(() => openSettings(`${PATH}/${saved.id}`, { replace: true }));
    else if (saved.version !== one.version) setAsksPast(true);
    return only(saved);
  });
  const { value, put, error } = draft;
  const zone = all.schedules.find((schedule) => schedule.id === value.schedule_id)?.time_zone;
  const remove = async (): Promise<void> => {
    await removePolicy(one!.id);
    await reload();
    say(r("removed", { name: one!.name }));
    openSettings(PATH);
  };
  const problem = problemOf(value.targets);
  return (
    <section class="block">
      <Crumb path={PATH} title={w("section.promises")} />
      <Head title={one?.name ?? r("promises.add")}>
        <label class="switch">
          <input
            type="checkbox"
            role="switch"
            checked={value.is_active}
            onChange={(event) => put({ is_active: event.currentTarget.checked })}
          />
          {r("promises.active")}
        </label>
        {one && (
          <Remove
            verb={r("remove")}
            title={r("removeTitle", { name: one.name })}
            text={r("promises.removeText")}
            act={remove}
          />
        )}
      </Head>
      {one?.warnings.map((text) => (
        <Caution key={text} text={text} />
      ))}
      <Editor
        draft={draft}
        isNew={!one}
        aside={
          problem ? (
            <section class="preview">
              <h2>{r("preview")}</h2>
              <p class="quiet">{r(problem)}</p>
            </section>
          ) : (
            <PromisePreview draft={value} id={one?.id ?? null} zone={zone ?? me.value?.user.time_zone ?? "UTC"} />
          )
        }
      >
        <Line
          label={r("name")}
          value={value.name}
          error={error("name")}
          isFirst={!one}
          placeholder={r("promises.example")}
          onInput={(name) => put({ name })}
        />
        <Part title={r("whom.title")} text={r("whom.lead")}>
          <ConditionsEditor
            value={value.conditions}
            vocabulary={all.vocabulary}
            error={error("conditions")}
            onChange={(conditions) => put({ conditions })}
          />
        </Part>
        <Part title={r("targets.title")} text={r("targets.lead")}>
          <TargetTable targets={value.targets} error={error("targets")} onChange={(targets) => put({ targets })} />
        </Part>
        <Part title={r("pauses.title")}>
          <Choice
            label={r("pauses.schedule")}
            hint={r("pauses.scheduleHint")}
            value={value.schedule_id ?? ""}
            options={[["", r("times.always")], ...all.schedules.map(({ id, name }) => [id, name] as const)]}
            onChange={(id) => put({ schedule_id: id || null })}
          />
          <Pauses value={value} put={put} />
        </Part>
        <Part title={r("escalations.title")} text={r("escalations.lead")}>
          <Escalations
            steps={value.escalations}
            vocabulary={all.vocabulary}
            error={error("escalations")}
            onChange={(escalations) => put({ escalations })}
          />
        </Part>
      </Editor>
      {asksPast && one && <AskPast running={one.live_clocks} onClose={() => setAsksPast(false)} />}
    </section>
  );
}

/** How far a change has been carried out; looks again while there is something left. */
function Recomputing({ done, total, again }: { done: number; total: number; again(): Promise<void> }) {
  useEffect(() => {
    const timer = setTimeout(() => void again(), 2_000);
    return () => clearTimeout(timer);
  });
  return (
    <p class="advice" role="status">
      {r("past.running", { done, total })}{" "}
      <progress value={done} max={Math.max(1, total)} aria-label={r("past.progress")} />
    </p>
  );
}

/** After a change: what runs goes by it from now on; what has ended only if somebody wants that. */
function AskPast({ running, onClose }: { running: number; onClose(): void }) {
  const redo = async (): Promise<void> => {
    onClose();
    try {
      await recomputePast();
      say(r("past.begun"));
    } catch (error) {
      say(r("notSaved", { reason: reasonOf(error) }));
    }
  };
  return (
    <Dialog
      title={r("past.title")}
      lead={`${r("past.live", { n: running })} ${r("past.text")}`}
      onClose={onClose}
      foot={
        <>
          <button type="button" class="btn btn--primary btn--large" onClick={onClose} autofocus>
            {r("past.leave")}
          </button>
          <button type="button" class="btn btn--large" onClick={() => void redo()}>
            {r("past.redo")}
          </button>
        </>
      }
    >
      {null}
    </Dialog>
  );
}

function Pauses({ value, put }: { value: PolicyDraft; put(change: Partial<PolicyDraft>): void }) {
  const toggle = (status: string, isOn: boolean): void =>
    put({ pauses: PAUSES.filter((one) => (one === status ? isOn : value.pauses.includes(one))) });
  return (
    <fieldset class="radios">
      <legend>{r("pauses.statuses")}</legend>
      {PAUSES.map((status) => (
        <label key={status}>
          <input
            type="checkbox"
            checked={value.pauses.includes(status)}
            onChange={(event) => toggle(status, event.currentTarget.checked)}
          />
          <span>{r(`status.${status}`)}</span>
        </label>
      ))}
      <label>
        <input
          type="checkbox"
          checked={value.do_bots_count}
          onChange={(event) => put({ do_bots_count: event.currentTarget.checked })}
        />
        <span>{r("pauses.bots")}</span>
      </label>
    </fieldset>
  );
}

const only = (policy: Policy): PolicyDraft => ({
  name: policy.name,
  is_active: policy.is_active,
  conditions: policy.conditions,
  schedule_id: policy.schedule_id,
  pauses: policy.pauses,
  do_bots_count: policy.do_bots_count,
  targets: policy.targets,
  escalations: policy.escalations,
});

const blank = (schedules: readonly Schedule[]): PolicyDraft => ({
  name: "",
  is_active: true,
  conditions: {},
  schedule_id: schedules.length === 1 ? schedules[0]!.id : null,
  pauses: ["pending"],
  do_bots_count: false,
  targets: [{ clock: "first_reply", priority: "", seconds: 4 * 3_600, is_working_time: true }],
  escalations: [],
});
