/** The bar over the board: where else to go, what the board is narrowed to, and what time it is. */

import { t } from "../../lib/i18n";
import { navigate, openSettings } from "../../lib/store/route";
import { exact, notation, timeZone } from "../../lib/time";
import { locale } from "../../lib/i18n";
import { BrandMark, BrandWord } from "../../ui/brand";
import { classes } from "../../ui/classes";
import { Icon } from "../../ui/icons";
import { Menu } from "../../ui/menu";
import { ThemeMenu } from "../views/theme";
import { board, nameOfQueue, narrow, narrowed, second } from "./store";
import { w } from "./words";

export function Head() {
  return (
    <header class="topbar">
      <a
        class="brand"
        href="/inbox"
        title={w("toInbox")}
        aria-label={w("toInbox")}
        onClick={follow(() => navigate({}))}
      >
        <span class="topbar__word">
          <BrandWord />
        </span>
        <span class="topbar__mark">
          <BrandMark />
        </span>
      </a>
      <nav aria-label={w("sections")}>
        <ul>
          <li>
            <a href="/inbox" onClick={follow(() => navigate({}))}>
              {w("inbox")}
            </a>
          </li>
          <li>
            <a href="/supervisor" aria-current="page" onClick={follow(() => narrow({ queue: "", team: "" }))}>
              {t("board.short")}
            </a>
          </li>
          <li class="topbar__more">
            <a href="/settings" onClick={follow(() => openSettings())}>
              {t("settings.title")}
            </a>
          </li>
        </ul>
      </nav>
      {board.value && <Filters />}
      <Clock />
      <ThemeMenu />
    </header>
  );
}

function Filters() {
  const { queue, team } = narrowed.value;
  const { queues = [], teams = [] } = board.value ?? {};
  return (
    <div class="topbar__filters">
      <Menu
        label={w("filter.queue")}
        class={classes("chip", queue && "chip--on")}
        button={
          <>
            <span class="clip" dir="auto">
              {nameOfQueue(queue) || w("filter.allQueues")}
            </span>{" "}
            <Icon name="down" size="s" />
          </>
        }
        choices={[
          { key: "all", label: w("filter.allQueues"), isChosen: !queue, run: () => narrow({ queue: "" }) },
          ...queues.map((one) => ({
            key: one.id,
            label: one.name,
            isChosen: one.id === queue,
            run: () => narrow({ queue: one.id }),
          })),
        ]}
      />
      {teams.length > 0 && (
        <Menu
          label={w("filter.team")}
          class={classes("chip", team && "chip--on")}
          button={
            <>
              <span class="clip">{teams.find((one) => one.id === team)?.name ?? w("filter.allTeams")}</span>{" "}
              <Icon name="down" size="s" />
            </>
          }
          choices={[
            { key: "all", label: w("filter.allTeams"), isChosen: !team, run: () => narrow({ team: "" }) },
            ...teams.map((one) => ({
              key: one.id,
              label: one.name,
              isChosen: one.id === team,
              run: () => narrow({ team: one.id }),
            })),
          ]}
        />
      )}
    </div>
  );
}

function Clock() {
  const format = new Intl.DateTimeFormat(notation(locale.value), {
    weekday: "short",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    timeZone: timeZone.value,
  });
  const since = board.value?.since;
  return (
    <span class="topbar__clock quiet" title={since ? w("since", { time: exact(since) }) : undefined}>
      {format.format(second.value)}
    </span>
  );
}

function follow(go: () => void) {
  return (event: MouseEvent): void => {
    if (event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    go();
  };
}
