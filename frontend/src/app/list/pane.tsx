/** The second pane: the conversations of a view. */

import { t } from "../../lib/i18n";
import { fresh, ids, phase, refresh, showFresh } from "../../lib/store/list";
import { route, view } from "../../lib/store/route";
import { Empty } from "../../ui/empty";
import { Grip } from "../../ui/grip";
import { Offers } from "../offers/offers";
import { front, isListInSight } from "../panes";
import { ListHead } from "./head";
import { Rows } from "./rows";
import { Filters } from "./filters";

export function listTitle(): string {
  return route.value.q ? t("list.results") : view.value.title;
}

export function ListPane() {
  return (
    <section class="list pane" aria-label={listTitle()} role={front.value === "list" ? "main" : undefined}>
      <Grip pane="views" label={t("grip.views")} />
      <ListHead />
      <Filters />
      {isListInSight() && <Offers place="list" />}
      <Body />
    </section>
  );
}

function Body() {
  if (phase.value === "loading" && !ids.value.length) return <Skeleton />;
  if (phase.value === "failed") return <Failed />;
  if (!ids.value.length) return <Nothing />;
  return (
    <Rows label={listTitle()}>
      {fresh.value.size > 0 && (
        <button type="button" class="newpill" onClick={showFresh}>
          {t("list.fresh", { n: fresh.value.size })}
        </button>
      )}
    </Rows>
  );
}

function Skeleton() {
  return (
    <div class="pane__scroll list__scroll" aria-busy="true">
      <p class="vh" role="status">
        {t("list.loading")}
      </p>
      {Array.from({ length: 9 }, (_, at) => (
        <div key={at} class="row skeleton" aria-hidden="true">
          <i />
          <div class="row__body">
            <i />
            <i />
            <i />
          </div>
        </div>
      ))}
    </div>
  );
}

function Failed() {
  return (
    <div class="pane__scroll list__scroll">
      <Empty title={t("list.failed")} text={t("list.failedText")}>
        <button type="button" class="btn" onClick={() => void refresh()}>
          {t("act.tryAgain")}
        </button>
      </Empty>
    </div>
  );
}

function Nothing() {
  const { q, view: slug, order } = route.value;
  const [title, text] = q
    ? [t("list.noResults", { q }), t("list.noResultsText")]
    : order === "due"
      ? [t("list.noneDue"), t("list.noneDueText")]
      : slug === "mine"
        ? [t("list.noneMine"), t("list.noneMineText")]
        : slug === "unassigned"
          ? [t("list.noneUnassigned"), t("list.noneUnassignedText")]
          : slug === "snoozed"
            ? [t("list.noneSnoozed"), t("list.noneSnoozedText")]
            : slug === "resolved"
              ? [t("list.noneResolved"), t("list.noneResolvedText")]
              : [t("list.none"), t("list.noneText")];
  return (
    <div class="pane__scroll list__scroll">
      <Empty title={title} text={text} />
    </div>
  );
}
