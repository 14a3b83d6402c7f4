/** The address bar: /inbox/<view>/<number>?q=&channel=&order=, read and written as one signal. */

import { computed, signal } from "@preact/signals";
import type { Order } from "./reduce";
import { DEFAULT_VIEW, type View, viewOf } from "./views";

export interface Route {
  view: string;
  number: number | null;
  q: string;
  channel: string;
  order: Order;
}

const ORDERS: readonly Order[] = ["newest", "oldest", "waiting"];

/** The place that a path and its query name; unknown parts fall back to the default view. */
export function parseRoute(pathname: string, search: string): Route {
  const [first = "", second = ""] = pathname
    .replace(/^\/inbox\/?/, "")
    .split("/")
    .map(decodeURIComponent);
  const isNumber = /^\d+$/;
  const query = new URLSearchParams(search);
  const number = isNumber.test(first) ? first : second;
  const order = query.get("order") as Order;
  return {
    view: first && !isNumber.test(first) ? first : DEFAULT_VIEW,
    number: isNumber.test(number) ? Number(number) : null,
    q: query.get("q") ?? "",
    channel: query.get("channel") ?? "",
    order: ORDERS.includes(order) ? order : "newest",
  };
}

export function formatRoute({ view, number, q, channel, order }: Route): string {
  const query = new URLSearchParams();
  if (q) query.set("q", q);
  if (channel) query.set("channel", channel);
  if (order !== "newest") query.set("order", order);
  const tail = query.size ? `?${query}` : "";
  return `/inbox/${encodeURIComponent(view)}${number === null ? "" : `/${number}`}${tail}`;
}

const isBrowser = typeof location !== "undefined";
export const route = signal<Route>(parseRoute(isBrowser ? location.pathname : "", isBrowser ? location.search : ""));
export const view = computed<View>(() => viewOf(route.value.view));

/** Goes to another place; `replace` leaves no step behind for Back. */
export function navigate(change: Partial<Route>, { replace = false } = {}): void {
  const next = { ...route.peek(), ...change };
  const path = formatRoute(next);
  if (path !== formatRoute(route.peek())) history[replace ? "replaceState" : "pushState"](null, "", path);
  route.value = next;
}

/** Follows Back and Forward. */
export function followHistory(): void {
  addEventListener("popstate", () => (route.value = parseRoute(location.pathname, location.search)));
  history.replaceState(null, "", formatRoute(route.peek()));
}
