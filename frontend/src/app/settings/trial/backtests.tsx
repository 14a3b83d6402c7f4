/** Backtests: the past replayed with changed settings, listed, begun and watched. */

import { useEffect, useState } from "preact/hooks";
import { reasonOf } from "../../../lib/store/reason";
import { openSettings } from "../../../lib/store/route";
import { say } from "../../../lib/store/toasts";
import { age, clock, exact } from "../../../lib/time";
import { t } from "../../../lib/i18n";
import { Empty } from "../../../ui/empty";
import { Icon } from "../../../ui/icons";
import { Failure, Head, Waiting, useLoaded } from "../parts";
import { AddLink, Crumb, ListPage } from "../routing/parts";
import { w } from "../words";
import { BacktestForm } from "./backtestform";
import { type Backtest, type Result, cancelBacktest, isOpen, loadBacktest, loadBacktests } from "./data";
import { share } from "./numbers";
import { Report } from "./report";
import { type TrialWord, u } from "./words";

const PATH = "/settings/backtests";
const LOOK_MS = 1_000;

export function BacktestsPage({ rest }: { rest: readonly string[] }) {
  const [id] = rest;
  if (!id) return <List />;
  if (id === "new") {
    return (
      <section class="block">
        <Crumb path={PATH} title={u("backtests.title")} />
        <Head title={u("backtests.add")} text={u("backtests.addText")} />
        <BacktestForm />
      </section>
    );
  }
  return <One key={id} id={id} />;
}

function List() {
  const [loaded, reload] = useLoaded(loadBacktests, "backtests");
  if (loaded.state !== "ready") return <Waiting of={loaded} retry={() => void reload()} />;
  return (
    <ListPage
      title={u("backtests.title")}
      lead={u("backtests.lead")}
      isEmpty={loaded.value.length === 0}
      none={u("backtests.none")}
      noneText={u("backtests.noneText")}
      add={<AddLink path={`${PATH}/new`} label={u("backtests.add")} />}
    >
      <ul class="channels">
        {loaded.value.map((one) => (
          <li key={one.id}>
            <a
              href={`${PATH}/${one.id}`}
              onClick={(event) => {
                if (event.metaKey || event.ctrlKey || event.shiftKey) return;
                event.preventDefault();
                openSettings(`${PATH}/${one.id}`);
              }}
            >
              <Icon name="clock" />
              <span class="channels__name strong clip">{period(one)}</span>
              <span class="health">{u(`state.${one.state}` as TrialWord)}</span>
              <span class="channels__facts">
                <time title={exact(one.created_at)}>{u("tests.ran", { age: age(one.created_at) })}</time>
              </span>
            </a>
          </li>
        ))}
      </ul>
    </ListPage>
  );
}

export const period = (one: Backtest): string => `${clock(one.begins_at)} – ${clock(one.ends_at)}`;

function One({ id }: { id: string }) {
  const [loaded, reload, show] = useLoaded(() => loadBacktest(id), id);
  const [isBusy, setBusy] = useState(false);
  const one = loaded.state === "ready" ? loaded.value : null;
  useEffect(() => {
    if (!one || !isOpen(one)) return;
    const timer = setTimeout(() => void loadBacktest(id).then(show, () => show({ ...one })), LOOK_MS);
    return () => clearTimeout(timer);
  }, [one]);
  if (loaded.state !== "ready" || !one) return <Waiting of={loaded} retry={() => void reload()} />;
  const cancel = async (): Promise<void> => {
    setBusy(true);
    try {
      show(await cancelBacktest(id));
    } catch (error) {
      say(reasonOf(error), { tone: "failure" });
    }
    setBusy(false);
  };
  const isDone = one.state === "done" && "before" in one.result;
  return (
    <section class="block">
      <Crumb path={PATH} title={u("backtests.title")} />
      <Head title={period(one)} text={u("backtests.shown")}>
        {isOpen(one) && (
          <button type="button" class="btn btn--large" disabled={isBusy} onClick={() => void cancel()}>
            {t("act.cancel")}
          </button>
        )}
      </Head>
      {isOpen(one) && (
        <div class="sheet">
          <progress aria-label={w("import.progress")} {...(one.total ? { value: one.done / one.total } : {})} />
          <p role="status">
            {u(`state.${one.state}` as TrialWord)}
            {one.total > 0 && ` · ${share(one.done / one.total)}`}
          </p>
        </div>
      )}
      {one.error && <Failure text={one.error} />}
      {one.state === "cancelled" && <Empty title={u("state.cancelled")} text={u("backtests.cancelledText")} />}
      {isDone && <Report result={one.result as Result} />}
    </section>
  );
}
