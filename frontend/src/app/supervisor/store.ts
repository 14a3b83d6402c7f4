/** The board as this page shows it: followed while it is on screen, narrowed as the address says. */

import { computed, signal } from "@preact/signals";
import { hearServer, serverNow } from "../../lib/serverclock";
import { figuresWatcher } from "../../lib/store/live";
import { boardPath, openBoard } from "../../lib/store/route";
import type { FiguresFrame, Id } from "../../lib/types";
import { followTopics } from "../line";
import { after } from "./fold";
import type { BoardAgent, BoardData, BoardNews, BoardQueue } from "./shapes";

export const board = signal<BoardData | null>(null);

/** Moved on each second: ages tick by it, without asking anybody. */
export const second = signal(serverNow());

/** Follows the board; returns what ends it. */
export function followBoard(): () => void {
  figuresWatcher.value = take;
  followTopics([{ kind: "board" }]);
  second.value = serverNow();
  const clock = setInterval(() => {
    if (!document.hidden) second.value = serverNow();
  }, 1_000);
  return () => {
    clearInterval(clock);
    followTopics([]);
    figuresWatcher.value = null;
    board.value = null;
  };
}

function take(frame: FiguresFrame): void {
  if (!frame.board) return;
  const news = frame.board as BoardNews;
  if (news.at) hearServer(Date.parse(news.at));
  if (frame.is_whole) board.value = news as BoardData;
  else if (board.peek()) board.value = after(board.peek()!, news);
}

/** What the address narrows the board to. */
export const narrowed = computed(() => {
  const query = new URLSearchParams((boardPath.value ?? "").split("?")[1] ?? "");
  return { queue: query.get("queue") ?? "", team: query.get("team") ?? "" };
});

export function narrow(change: { queue?: Id; team?: Id }): void {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries({ ...narrowed.peek(), ...change })) if (value) query.set(name, value);
  openBoard(query.size ? `/supervisor?${query}` : "/supervisor", { replace: true });
}

/** The queues that are shown: the chosen one, or those that somebody of the chosen team serves. */
export const shownQueues = computed((): BoardQueue[] => {
  const { queue, team } = narrowed.value;
  const inTeam = team
    ? new Set(board.value?.agents.filter((one) => one.team_ids.includes(team)).map((one) => one.id))
    : null;
  return (board.value?.queues ?? []).filter(
    (one) => (!queue || one.id === queue) && (!inTeam || one.member_ids.some((id) => inTeam.has(id))),
  );
});

export const shownAgents = computed((): BoardAgent[] => {
  const { queue, team } = narrowed.value;
  const members = queue ? new Set(board.value?.queues.find((one) => one.id === queue)?.member_ids) : null;
  return (board.value?.agents ?? []).filter(
    (one) => (!team || one.team_ids.includes(team)) && (!members || members.has(one.id)),
  );
});

/** How many waited in a queue at each minute of the last hour, and how many wait now. */
export const minutesOf = (queue: BoardQueue): number[] => [
  ...(board.value?.history[queue.id] ?? []).slice(0, -1),
  queue.waiting,
];

/** Whether something of this queue is shown; what lies in none is, while nothing is left out. */
export function isShown(queue: Id | null): boolean {
  const { queue: one, team } = narrowed.value;
  return one || team ? shownQueues.value.some((row) => row.id === queue) : true;
}

export const nameOfQueue = (id: Id | null): string => board.value?.queues.find((one) => one.id === id)?.name ?? "";
export const nameOfAgent = (id: Id | null | undefined): string =>
  board.value?.agents.find((one) => one.id === id)?.name ?? "";
