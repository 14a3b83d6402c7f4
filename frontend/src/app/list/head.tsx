/** The list's head: its name, how many, the order, and a new conversation. */

import { count, t } from "../../lib/i18n";
import { counters } from "../../lib/store/counters";
import type { Order } from "../../lib/store/reduce";
import { navigate, route, view } from "../../lib/store/route";
import { Icon } from "../../ui/icons";
import { Menu } from "../../ui/menu";
import { overlay } from "../overlay";
import { back } from "../panes";
import { takeNext } from "../routing/acts";
import { listTitle } from "./pane";

/** In views of what waits for somebody: the unassigned, a queue, a team. */
const mayTake = (): boolean => !route.value.q && /^(unassigned$|queue-|team-)/.test(route.value.view);

const ORDERS: readonly Order[] = ["newest", "oldest", "waiting", "due"];

export function ListHead() {
  const { order, q } = route.value;
  const n = !q && view.value.counter ? counters.value[view.value.counter] : undefined;
  return (
    <header class="list__head">
      <button type="button" class="btn btn--ghost btn--icon back" aria-label={t("back.views")} onClick={back}>
        <Icon name="back" turns />
      </button>
      <h1 class="clip">{listTitle()}</h1>
      {n !== undefined && <span class="count">{count(n)}</span>}
      <span class="push" />
      {mayTake() && (
        <button
          type="button"
          class="btn btn--ghost btn--icon"
          aria-label={t("take.next")}
          title={`${t("take.next")} (Shift I)`}
          onClick={() => void takeNext()}
        >
          <Icon name="hand" />
        </button>
      )}
      <Menu
        label={t("order.label")}
        class="btn btn--ghost"
        button={
          <>
            <Icon name="sort" />
            <span class="btn__text">{t(`order.${order}`)}</span>
          </>
        }
        choices={ORDERS.map((key) => ({
          key,
          label: t(`order.${key}`),
          isChosen: key === order,
          run: () => navigate({ order: key }, { replace: true }),
        }))}
      />
      <button
        type="button"
        class="btn btn--ghost btn--icon"
        aria-label={t("new.title")}
        title={t("new.title")}
        onClick={() => (overlay.value = "new")}
      >
        <Icon name="plus" />
      </button>
    </header>
  );
}
