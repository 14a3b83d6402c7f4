/** Opening hours: the schedules there are, or one of them being written. */

import { openSettings } from "../../../lib/store/route";
import { say } from "../../../lib/store/toasts";
import { me } from "../../../lib/store/session";
import { Empty } from "../../../ui/empty";
import { Line } from "../labelled";
import { Head, Waiting } from "../parts";
import { follow } from "../links";
import { w } from "../words";
import { useDraft } from "../routing/draft";
import { useFresh } from "../routing/fresh";
import { AddLink, Crumb, Editor, ListPage, Part, Remove, RowLink } from "../routing/parts";
import { r } from "../routing/words";
import { Closures } from "./closures";
import {
  type Schedule,
  type ScheduleDraft,
  changeSchedule,
  createSchedule,
  loadSchedules,
  removeSchedule,
} from "./data";
import { officeHours, sorted } from "./hours";
import { SchedulePreview } from "./preview";
import { Week } from "./week";
import { ZonePicker } from "./zonepicker";
import { spokenMoment } from "./zones";

const PATH = "/settings/schedules";

export function SchedulesPage({ rest }: { rest: readonly string[] }) {
  const [loaded, reload] = useFresh(loadSchedules, "schedules", ["schedule", "queue", "sla_policy"]);
  if (loaded.state !== "ready") return <Waiting of={loaded} retry={() => void reload()} />;
  const [id] = rest;
  if (!id) return <List items={loaded.value} />;
  const one = loaded.value.find((schedule) => schedule.id === id);
  if (!one && id !== "new") return <Empty title={w("gone.title")} text={w("gone.text")} />;
  return <EditSchedule key={id} one={one} reload={reload} />;
}

function List({ items }: { items: readonly Schedule[] }) {
  return (
    <ListPage
      title={w("section.schedules")}
      lead={r("schedules.lead")}
      add={<AddLink path={`${PATH}/new`} label={r("schedules.add")} />}
      isEmpty={!items.length}
      none={r("schedules.none")}
      noneText={r("schedules.noneText")}
    >
      <ul class="channels">
        {items.map((one) => (
          <li key={one.id}>
            <RowLink
              path={`${PATH}/${one.id}`}
              icon="clock"
              name={one.name}
              facts={factsOf(one)}
              warning={one.warnings.join(" ") || undefined}
            >
              <span class="tag" data-on={one.is_open || undefined}>
                {one.is_open ? r("schedules.open") : r("schedules.closed")}
              </span>
            </RowLink>
          </li>
        ))}
      </ul>
    </ListPage>
  );
}

function factsOf(one: Schedule): string {
  return [
    one.time_zone.replaceAll("_", " "),
    one.next_opening ? r("schedules.opens", { at: spokenMoment(one.next_opening, one.time_zone) }) : "",
    one.next_closing ? r("schedules.closes", { at: spokenMoment(one.next_closing, one.time_zone) }) : "",
    one.used_by.length ? r("schedules.usedBy", { names: one.used_by.map(({ name }) => name).join(", ") }) : "",
  ]
    .filter(Boolean)
    .join(" · ");
}

function EditSchedule({ one, reload }: { one: Schedule | undefined; reload(): Promise<void> }) {
  const draft = useDraft<ScheduleDraft>(one ? only(one) : fresh(), async (value) => {
    const body = { ...value, name: value.name.trim(), intervals: sorted(value.intervals) };
    const saved = one ? await changeSchedule(one.id, body) : await createSchedule(body);
    await reload();
    say(w("saved"));
    if (!one) queueMicrotask(() => openSettings(`${PATH}/${saved.id}`, { replace: true }));
    return only(saved);
  });
  const { value, put, error } = draft;
  const remove = async (): Promise<void> => {
    await removeSchedule(one!.id);
    await reload();
    say(r("removed", { name: one!.name }));
    openSettings(PATH);
  };
  return (
    <section class="block">
      <Crumb path={PATH} title={w("section.schedules")} />
      <Head title={one?.name ?? r("schedules.add")}>
        {one && (
          <Remove
            verb={r("remove")}
            title={r("removeTitle", { name: one.name })}
            text={r("schedules.removeText")}
            act={remove}
          />
        )}
      </Head>
      <Editor
        draft={draft}
        isNew={!one}
        aside={
          <>
            <SchedulePreview hours={value} />
            {one && <Uses one={one} />}
          </>
        }
      >
        <Line
          label={r("name")}
          value={value.name}
          error={error("name")}
          isFirst={!one}
          placeholder={r("schedules.example")}
          onInput={(name) => put({ name })}
        />
        <ZonePicker zone={value.time_zone} error={error("time_zone")} onChange={(time_zone) => put({ time_zone })} />
        <Part title={r("week.title")}>
          <Week intervals={value.intervals} error={error("intervals")} onChange={(intervals) => put({ intervals })} />
        </Part>
        <Part title={r("off.title")} text={r("off.lead")}>
          <Closures hours={value} error={error} onChange={put} />
        </Part>
      </Editor>
    </section>
  );
}

function Uses({ one }: { one: Schedule }) {
  const paths = { queue: "/settings/queues", sla_policy: "/settings/promises", rule: "/settings/rules" };
  return (
    <section class="preview">
      <h2>{r("uses.title")}</h2>
      {one.used_by.length ? (
        <ul class="uses">
          {one.used_by.map(({ noun, id, name }) => (
            <li key={id}>
              <span class="quiet">{r(`uses.${noun}`)}</span>{" "}
              <a href={`${paths[noun]}/${id}`} dir="auto" onClick={follow(`${paths[noun]}/${id}`)}>
                {name}
              </a>
            </li>
          ))}
        </ul>
      ) : (
        <p class="quiet">{r("uses.none")}</p>
      )}
    </section>
  );
}

const only = ({ name, time_zone, intervals, holidays, closures }: Schedule): ScheduleDraft => ({
  name,
  time_zone,
  intervals,
  holidays,
  closures,
});

const fresh = (): ScheduleDraft => ({
  name: "",
  time_zone: me.peek()?.user.time_zone || Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC",
  intervals: officeHours(),
  holidays: [],
  closures: [],
});
