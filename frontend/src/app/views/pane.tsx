/** The first pane: search, views with their counters, and who is signed in. */

import { count, t } from "../../lib/i18n";
import { counters } from "../../lib/store/counters";
import { quarantined } from "../../lib/store/envelopes";
import { openBoard, route } from "../../lib/store/route";
import { may, maySupervise, queues } from "../../lib/store/session";
import { type View, inboxViews, queueViews, teamViews } from "../../lib/store/views";
import { BrandMark, BrandWord } from "../../ui/brand";
import { Icon, type IconName, iconOfQueue } from "../../ui/icons";
import { Kbd } from "../../ui/kbd";
import { overlay } from "../overlay";
import { front, goTo, pane } from "../panes";
import { Me } from "./me";
import { ThemeMenu } from "./theme";

const ICON_OF: Record<string, IconName> = {
  mine: "inbox",
  unassigned: "user",
  open: "users",
  snoozed: "moon",
  resolved: "resolved",
};
export function ViewsPane() {
  return (
    <div class="views pane" aria-label={t("views.label")} role={front.value === "views" ? "main" : "navigation"}>
      <h1 class="views__title vh">{t("views.label")}</h1>
      <div class="views__head">
        <a class="brand brand--word" href="/inbox/open" onClick={follow("open")}>
          <BrandWord />
        </a>
        <a class="brand brand--mark" href="/inbox/open" onClick={follow("open")}>
          <BrandMark />
        </a>
        <ThemeMenu />
      </div>
      <button type="button" class="finder" title={t("palette.open")} onClick={() => (overlay.value = "palette")}>
        <Icon name="search" />
        <span class="clip">{t("palette.short")}</span>
        <span class="push">
          <Kbd keys="Mod+k" />
        </span>
      </button>
      <div class="pane__scroll" tabIndex={-1}>
        <div class="nav">
          <Group title={t("views.inbox")} views={inboxViews.value} icon={(view) => ICON_OF[view.slug] ?? "inbox"} />
          <Group title={t("views.queues")} views={queueViews.value} icon={queueIcon} />
          {teamViews.value.length > 0 && (
            <Group title={t("views.teams")} views={teamViews.value} icon={() => "users"} />
          )}
          {may("agents.supervise") && <Supervision />}
          {maySupervise.value && quarantined.value.length > 0 && <Quarantine />}
        </div>
      </div>
      <Me />
    </div>
  );
}

function queueIcon(view: View): IconName {
  const queue = queues.value.find((one) => view.slug === `queue-${one.id}`);
  return iconOfQueue(queue?.icon);
}

function Group({ title, views, icon }: { title: string; views: readonly View[]; icon(view: View): IconName }) {
  if (!views.length) return null;
  return (
    <section>
      <h2>{title}</h2>
      <ul>
        {views.map((view) => (
          <ViewLink key={view.slug} view={view} icon={icon(view)} />
        ))}
      </ul>
    </section>
  );
}

function ViewLink({ view, icon }: { view: View; icon: IconName }) {
  const isHere = route.value.view === view.slug && !route.value.q;
  const n = view.counter ? (counters.value[view.counter] ?? 0) : null;
  return (
    <li>
      <a
        href={`/inbox/${view.slug}`}
        title={view.title}
        aria-current={isHere ? "page" : undefined}
        onClick={follow(view.slug)}
      >
        <Icon name={icon} />
        <span class="nav__text clip">{view.title}</span>
        {n !== null && <span class="count">{count(n)}</span>}
      </a>
    </li>
  );
}

function Supervision() {
  const open = (event: MouseEvent): void => {
    if (event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    openBoard();
  };
  return (
    <section>
      <h2>{t("views.supervise")}</h2>
      <ul>
        <li>
          <a href="/supervisor" title={t("board.title")} onClick={open}>
            <Icon name="activity" />
            <span class="nav__text clip">{t("board.title")}</span>
          </a>
        </li>
      </ul>
    </section>
  );
}

function Quarantine() {
  return (
    <section>
      <h2>{t("views.care")}</h2>
      <ul>
        <li>
          <button
            type="button"
            class="nav__button"
            title={t("quarantine.title")}
            onClick={() => (overlay.value = "quarantine")}
          >
            <Icon name="quarantine" />
            <span class="nav__text clip">{t("quarantine.title")}</span>
            <span class="count">{count(quarantined.value.length)}</span>
          </button>
        </li>
      </ul>
    </section>
  );
}

function follow(slug: string) {
  return (event: MouseEvent): void => {
    if (event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    goTo(slug);
    pane.value = "list";
  };
}
