/** The address bar: /inbox/<view>/<number>?q=&channel=&order= as one signal, /settings/… as another. */

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

const ORDERS: readonly Order[] = ["newest", "oldest", "waiting", "due"];

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

const SETTINGS = /^\/settings(?:\/|$)/;
const BOARD = /^\/supervisor(?:\/|$)/;
const inBar = (place: RegExp): string | null =>
  isBrowser && place.test(location.pathname) ? location.pathname + location.search : null;

/** Where in the settings the viewer is, with the query; null while the inbox is shown. */
export const settingsPath = signal<string | null>(inBar(SETTINGS));
/** The same for the supervisors' live board. */
export const boardPath = signal<string | null>(inBar(BOARD));
/** True while the inbox itself is shown. */
export const isInbox = computed(() => settingsPath.value === null && boardPath.value === null);

/** What is asked before a page with unsaved changes is left; it calls `go` when the viewer wants to. */
type Guard = (go: () => void) => void;
let guard: Guard | null = null;
export function guardLeaving(ask: Guard | null): void {
  guard = ask;
}

/** Goes to another place in the inbox; `replace` leaves no step behind for Back. */
export function navigate(change: Partial<Route>, { replace = false } = {}): void {
  const next = { ...route.peek(), ...change };
  leave(() => {
    const path = formatRoute(next);
    const here = settingsPath.peek() ?? boardPath.peek() ?? formatRoute(route.peek());
    if (path !== here) history[replace ? "replaceState" : "pushState"](null, "", path);
    settingsPath.value = boardPath.value = null;
    route.value = next;
  });
}

/** Goes to a place in the settings, such as "/settings/channels". */
export function openSettings(path = "/settings", { replace = false } = {}): void {
  if (path === settingsPath.peek()) return;
  leave(() => {
    history[replace ? "replaceState" : "pushState"](null, "", path);
    boardPath.value = null;
    settingsPath.value = path;
  });
}

/** Goes to the live board; the query names what it is narrowed to. */
export function openBoard(path = "/supervisor", { replace = false } = {}): void {
  if (path === boardPath.peek()) return;
  leave(() => {
    history[replace ? "replaceState" : "pushState"](null, "", path);
    settingsPath.value = null;
    boardPath.value = path;
  });
}

function leave(go: () => void): void {
  if (guard && settingsPath.peek() !== null) guard(go);
  else go();
}

/** Follows Back and Forward; a page with unsaved changes stays until its viewer has been asked. */
export function followHistory(): void {
  addEventListener("popstate", () => {
    const here = settingsPath.peek();
    const target = location.pathname + location.search;
    if (!guard || here === null) return showBar();
    history.pushState(null, "", here);
    guard(() => {
      history.pushState(null, "", target);
      showBar();
    });
  });
  if (isInbox.peek()) history.replaceState(null, "", formatRoute(route.peek()));
}

function showBar(): void {
  settingsPath.value = inBar(SETTINGS);
  boardPath.value = inBar(BOARD);
  if (isInbox.peek()) route.value = parseRoute(location.pathname, location.search);
}
