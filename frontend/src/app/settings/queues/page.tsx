/** Queues: the list, or one of them being written. */

import { conversationsIn } from "./waiting";
import { openSettings } from "../../../lib/store/route";
import { queues as sideBar, teams } from "../../../lib/store/session";
import { say } from "../../../lib/store/toasts";
import { Empty } from "../../../ui/empty";
import { QUEUE_ICONS, Icon, iconOfQueue } from "../../../ui/icons";
import { Choice, Labelled, Line } from "../labelled";
import { Failure, Head, Waiting } from "../parts";
import { w } from "../words";
import { useDraft } from "../routing/draft";
import { Duration, spoken } from "../routing/duration";
import { useFresh } from "../routing/fresh";
import { AddLink, Caution, Crumb, Editor, ListPage, Part, Remove, RowLink } from "../routing/parts";
import { r } from "../routing/words";
import { type Schedule, loadSchedules } from "../schedules/data";
import { type Skill, loadSkills } from "../skills/data";
import { Requirements } from "../skills/levels";
import { type QueueDraft, type QueueSettings, archiveQueue, changeQueue, createQueue, loadQueues } from "./data";
import { Members } from "./members";
import { OfferPreview } from "./preview";
import { Steps } from "./stepeditor";
import { inOrder } from "./steps";

const PATH = "/settings/queues";
interface Everything {
  queues: QueueSettings[];
  skills: Skill[];
  schedules: Schedule[];
}

async function loadEverything(): Promise<Everything> {
  const [queues, skills, schedules] = await Promise.all([loadQueues(), loadSkills(), loadSchedules()]);
  return { queues, skills, schedules };
}

export function QueuesPage({ rest }: { rest: readonly string[] }) {
  const [loaded, reload] = useFresh(loadEverything, "queues", ["queue", "skill", "agent_skills", "schedule"]);
  if (loaded.state !== "ready") return <Waiting of={loaded} retry={() => void reload()} />;
  const [id] = rest;
  if (!id) return <List items={loaded.value.queues} />;
  const one = loaded.value.queues.find((queue) => queue.id === id);
  if (!one && id !== "new") return <Empty title={w("gone.title")} text={w("gone.text")} />;
  return <EditQueue key={id} one={one} all={loaded.value} reload={reload} />;
}

function List({ items }: { items: readonly QueueSettings[] }) {
  return (
    <ListPage
      title={w("section.queues")}
      lead={r("queues.lead")}
      add={<AddLink path={`${PATH}/new`} label={r("queues.add")} />}
      isEmpty={!items.length}
      none={r("queues.none")}
      noneText={r("queues.noneText")}
    >
      <ul class="channels">
        {items.map((one) => (
          <li key={one.id}>
            <RowLink
              path={`${PATH}/${one.id}`}
              icon={iconOfQueue(one.icon)}
              name={one.name}
              facts={factsOf(one)}
              warning={one.warnings.join(" ") || undefined}
            >
              <span class="quiet">{conversationsIn(one.id)}</span>
            </RowLink>
          </li>
        ))}
      </ul>
    </ListPage>
  );
}

function factsOf(one: QueueSettings): string {
  const seconds = spoken(one.service_level_seconds);
  return [
    membersOf(one),
    r(one.handing === "take" ? "queues.taken" : "queues.offered"),
    one.steps.length ? r("queues.steps", { n: one.steps.length }) : "",
    r("queues.level", { percent: one.service_level_percent, time: seconds }),
  ]
    .filter(Boolean)
    .join(" · ");
}

/** Everybody, or the teams and so many agents. */
function membersOf(one: QueueSettings): string {
  if (one.is_open_to_all) return r("members.all");
  const ids = [one.team_id, ...one.member_team_ids];
  const named = teams.value.filter((team) => ids.includes(team.id)).map((team) => team.name);
  const agents = one.member_ids.length ? [r("members.agents", { n: one.member_ids.length })] : [];
  return [...named, ...agents].join(", ");
}

interface EditProps {
  one: QueueSettings | undefined;
  all: Everything;
  reload(): Promise<void>;
}

function EditQueue({ one, all, reload }: EditProps) {
  const draft = useDraft<QueueDraft>(one ? only(one) : BLANK, async (value) => {
    const body = { ...value, name: value.name.trim(), steps: inOrder(value.steps) };
    const saved = one ? await changeQueue(one.id, body) : await createQueue(body);
    await reload();
    say(w("saved"));
    if (!one) queueMicrotask(() => openSettings(`${PATH}/${saved.id}`, { replace: true }));
    return only(saved);
  });
  const { value, put, error } = draft;
  const archive = async (): Promise<void> => {
    await archiveQueue(one!.id);
    sideBar.value = sideBar.value.filter((queue) => queue.id !== one!.id);
    await reload();
    say(r("removed", { name: one!.name }));
    openSettings(PATH);
  };
  return (
    <section class="block">
      <Crumb path={PATH} title={w("section.queues")} />
      <Head title={one?.name ?? r("queues.add")}>
        {one && (
          <Remove
            verb={r("queues.archive")}
            title={r("queues.archiveTitle", { name: one.name })}
            text={r("queues.archiveText")}
            act={archive}
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
          one ? (
            <OfferPreview id={one.id} isDirty={draft.isDirty} />
          ) : (
            <section class="preview">
              <h2>{r("preview")}</h2>
              <p class="quiet">{r("offer.afterSaving")}</p>
            </section>
          )
        }
      >
        <Line
          label={r("name")}
          value={value.name}
          error={error("name")}
          isFirst={!one}
          placeholder={r("queues.example")}
          onInput={(name) => put({ name })}
        />
        <Icons chosen={value.icon} onChange={(icon) => put({ icon })} />
        <Part title={r("members.title")}>
          <Members value={value} error={error("member_ids")} put={put} />
        </Part>
        <Part title={r("handing.title")}>
          <Handing value={value} put={put} />
          <Requiring value={value} skills={all.skills} error={error("requirements")} put={put} />
        </Part>
        <Part title={r("steps.title")} text={r("steps.lead")}>
          <Steps
            steps={value.steps}
            queueId={one?.id ?? null}
            skills={all.skills}
            required={value.requirements}
            others={all.queues.filter((other) => other.id !== one?.id)}
            error={error("steps")}
            onChange={(steps) => put({ steps })}
          />
        </Part>
        <Part title={r("times.title")}>
          <Times value={value} schedules={all.schedules} error={error} put={put} />
        </Part>
      </Editor>
    </section>
  );
}

interface PartProps {
  value: QueueDraft;
  put(change: Partial<QueueDraft>): void;
}

function Icons({ chosen, onChange }: { chosen: string; onChange(icon: string): void }) {
  return (
    <fieldset class="icons">
      <legend>{r("queues.icon")}</legend>
      {QUEUE_ICONS.map((name) => (
        <label key={name} title={r(`icon.${name}`)}>
          <input
            type="radio"
            name="icon"
            class="vh"
            checked={iconOfQueue(chosen) === name}
            onChange={() => onChange(name)}
          />
          <Icon name={name} />
          <span class="vh">{r(`icon.${name}`)}</span>
        </label>
      ))}
    </fieldset>
  );
}

function Handing({ value, put }: PartProps) {
  return (
    <fieldset class="radios">
      <legend class="vh">{r("handing.title")}</legend>
      {(["offer", "take"] as const).map((one) => (
        <label key={one}>
          <input type="radio" name="handing" checked={value.handing === one} onChange={() => put({ handing: one })} />
          <span>
            {r(`handing.${one}`)}
            <span class="field__hint">{r(`handing.${one}.hint`)}</span>
          </span>
        </label>
      ))}
    </fieldset>
  );
}

function Requiring({ value, put, skills, error }: PartProps & { skills: readonly Skill[]; error: string | undefined }) {
  return (
    <div class="field">
      <span>{r("skill.required")}</span>
      <Requirements
        label={r("skill.required")}
        requirements={value.requirements}
        skills={skills}
        onChange={(requirements) => put({ requirements })}
      />
      {error && <Failure text={error} />}
      <span class="field__hint">{r("skill.requiredHint")}</span>
    </div>
  );
}

interface TimesProps extends PartProps {
  schedules: readonly Schedule[];
  error(name: string): string | undefined;
}

function Times({ value, put, schedules, error }: TimesProps) {
  return (
    <>
      <Choice
        label={r("times.schedule")}
        hint={r("times.scheduleHint")}
        value={value.schedule_id ?? ""}
        options={[["", r("times.always")], ...schedules.map((one) => [one.id, one.name] as const)]}
        onChange={(id) => put({ schedule_id: id || null })}
      />
      <Labelled label={r("times.sticky")} hint={r("times.stickyHint")} error={error("sticky_seconds")}>
        {({ id, "aria-describedby": describedBy }) => (
          <Duration
            id={id}
            describedBy={describedBy}
            label={r("times.sticky")}
            seconds={value.sticky_seconds}
            units={["seconds", "minutes", "hours"]}
            onChange={(seconds) => put({ sticky_seconds: seconds ?? 0 })}
          />
        )}
      </Labelled>
      <Labelled label={r("times.wrapUp")} hint={r("times.wrapUpHint")} error={error("wrap_up_seconds")}>
        {({ id, "aria-describedby": describedBy }) => (
          <Duration
            id={id}
            describedBy={describedBy}
            label={r("times.wrapUp")}
            seconds={value.wrap_up_seconds}
            units={["seconds", "minutes"]}
            isOptional
            onChange={(seconds) => put({ wrap_up_seconds: seconds })}
          />
        )}
      </Labelled>
      <Labelled
        label={r("times.level")}
        hint={r("times.levelHint")}
        error={[error("service_level_percent"), error("service_level_seconds")].filter(Boolean).join(" ") || undefined}
      >
        {({ id, ...bound }) => (
          <span class="sentence">
            <input
              id={id}
              {...bound}
              class="input input--short"
              type="number"
              min="1"
              max="100"
              value={value.service_level_percent}
              onInput={(event) => put({ service_level_percent: Number(event.currentTarget.value) })}
            />
            {r("times.levelWithin")}
            <Duration
              label={r("times.levelTime")}
              seconds={value.service_level_seconds}
              units={["seconds", "minutes", "hours"]}
              onChange={(seconds) => put({ service_level_seconds: seconds ?? 0 })}
            />
          </span>
        )}
      </Labelled>
    </>
  );
}

const BLANK: QueueDraft = {
  name: "",
  icon: "layers",
  is_open_to_all: true,
  team_id: null,
  member_ids: [],
  member_team_ids: [],
  handing: "offer",
  requirements: [],
  steps: [],
  schedule_id: null,
  sticky_seconds: 0,
  wrap_up_seconds: null,
  service_level_percent: 80,
  service_level_seconds: 60,
};

/** Of a queue, what this form writes. */
const only = (queue: QueueSettings): QueueDraft =>
  Object.fromEntries(
    (Object.keys(BLANK) as (keyof QueueDraft)[]).map((key) => [key, queue[key]]),
  ) as unknown as QueueDraft;
