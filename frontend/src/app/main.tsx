/** Starts the agent app: the viewer first, then the line and the lists, then what follows from them. */

import "./app.css";
import { effect, untracked } from "@preact/signals";
import { render } from "preact";
import { ApiError } from "../lib/api";
import { t, useLocale } from "../lib/i18n";
import { listen } from "../lib/keyboard";
import { loadCounters } from "../lib/store/counters";
import { loadOffers } from "../lib/store/offers";
import { loadQuarantined } from "../lib/store/envelopes";
import { listingKey, showListing } from "../lib/store/list";
import { areSingleKeysOn, followTheme } from "../lib/store/prefs";
import { openOutbox, resumeOutbox } from "../lib/store/outbox";
import { followHistory, route } from "../lib/store/route";
import { loadMe, loadOrganization } from "../lib/store/session";
import type { Me } from "../lib/types";
import { startClock, useTimeZone } from "../lib/time";
import { overDialogs } from "../ui/dialog";
import { Empty } from "../ui/empty";
import { shortcuts } from "./commands";
import { followRoute } from "./current";
import { connectLine, lookAt } from "./line";
import { tellEnd } from "./offers/acts";
import { OffersInDialog } from "./offers/offers";
import { followOffers } from "./offers/ring";
import { followPanes } from "./panes";
import { Shell } from "./shell";
import { followTitle, noteArrival } from "./title";

async function start(root: HTMLElement): Promise<void> {
  followTheme();
  followHistory();
  followPanes();
  let me: Me;
  try {
    me = await loadMe();
    useTimeZone(me.user.time_zone);
    await useLocale(me.user.locale ?? "en");
  } catch (error) {
    if (!(error instanceof ApiError && error.status === 401)) render(<StartFailed />, root);
    return;
  }
  openOutbox(me.user.id);
  void connectLine(me, { arrived: noteArrival, offerEnded: tellEnd });
  render(<Shell />, root);
  startClock();
  followTitle();
  overDialogs.value = OffersInDialog;
  followOffers(me.user.id);
  void loadOffers().catch(() => undefined);
  void loadOrganization();
  void loadCounters().catch(() => undefined);
  void loadQuarantined().catch(() => undefined);
  followListing();
  followRoute(lookAt);
  resumeOutbox();
  listen(shortcuts, () => areSingleKeysOn.value);
}

/** Fetches the list whenever view, search, channel or order change. */
function followListing(): void {
  let shown = "";
  effect(() => {
    const key = listingKey(route.value);
    if (key === shown) return;
    shown = key;
    untracked(() => void showListing());
  });
}

function StartFailed() {
  return (
    <main class="pane__scroll pane__scroll--centre">
      <Empty title={t("start.failed")} text={t("start.failedText")}>
        <button type="button" class="btn btn--primary" onClick={() => location.reload()}>
          {t("act.tryAgain")}
        </button>
      </Empty>
    </main>
  );
}

const root = document.getElementById("app");
if (root) void start(root);
