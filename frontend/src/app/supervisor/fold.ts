/** How frames make the board, and how queues add up; pure. */

import type { Id, WorkKind } from "../../lib/types";
import type { BoardAgent, BoardData, BoardNews, BoardQueue, Figures } from "./shapes";

/** The board after news of it. */
export function after(board: BoardData, { are_all_queues, are_all_agents, ...news }: BoardNews): BoardData {
  return {
    ...board,
    ...news,
    queues: merged(board.queues, news.queues, are_all_queues),
    agents: merged(board.agents, news.agents, are_all_agents),
  };
}

function merged<Row extends { id: Id }>(before: Row[], changed: Row[] | undefined, areAll = false): Row[] {
  if (!changed) return before;
  if (areAll) return changed;
  const byId = new Map(changed.map((row) => [row.id, row]));
  return before.map((row) => byId.get(row.id) ?? row);
}

/** Several queues' figures, or several kinds', as if they were one. */
export function total(of: readonly Figures[]): Figures {
  const sum = (pick: (one: Figures) => number): number => of.reduce((all, one) => all + pick(one), 0);
  const answered = sum((one) => one.answered);
  const inTime = sum((one) => one.answered_in_time);
  const late = sum((one) => one.abandoned_late);
  const since = of.flatMap((one) => (one.waiting_since ? [one.waiting_since] : [])).sort();
  return {
    waiting: sum((one) => one.waiting),
    waiting_since: since[0] ?? null,
    offered: sum((one) => one.offered),
    active: sum((one) => one.active),
    wrapping: sum((one) => one.wrapping),
    parked: sum((one) => one.parked),
    callbacks: sum((one) => one.callbacks),
    answered,
    answered_in_time: inTime,
    abandoned: sum((one) => one.abandoned),
    abandoned_late: late,
    service_level: answered + late ? inTime / (answered + late) : 1,
    average_speed_of_answer_seconds: answered
      ? sum((one) => one.average_speed_of_answer_seconds * one.answered) / answered
      : 0,
  };
}

/** Figures by kind of work over several queues, in the order in which people look for them. */
export function byKind(queues: readonly BoardQueue[]): { kind: WorkKind; figures: Figures }[] {
  return ORDER.flatMap((kind) => {
    const found = queues.flatMap((queue) => queue.kinds[kind] ?? []);
    return found.length ? [{ kind, figures: total(found) }] : [];
  });
}

const ORDER: readonly WorkKind[] = ["voice", "video", "chat", "social", "sms", "email"];

/** The minutes of several queues added up; the last is now. */
export function addedUp(histories: readonly (readonly number[])[]): number[] {
  const longest = Math.max(0, ...histories.map((one) => one.length));
  return Array.from({ length: longest }, (_, at) => histories.reduce((all, one) => all + (one[at] ?? 0), 0));
}

/** Whether a figure says anything yet: a service level of nobody is none. */
export const hasContacts = (one: Figures): boolean => one.answered + one.abandoned_late > 0;

export type Crew = "call" | "work" | "free" | "away" | "offline";

/** Where an agent stands on the board. */
export function crewOf(agent: BoardAgent): Crew {
  if (agent.work.some((work) => work.kind === "voice" || work.kind === "video")) return "call";
  if (agent.state === "offline") return agent.work.length ? "work" : "offline";
  if (agent.state !== "online") return "away";
  return agent.work.length ? "work" : "free";
}

/** What belongs together, in the order of its coming. */
export function grouped<Key, One>(all: readonly One[], keyOf: (one: One) => Key): Map<Key, One[]> {
  const groups = new Map<Key, One[]>();
  for (const one of all) {
    const key = keyOf(one);
    const group = groups.get(key);
    if (group) group.push(one);
    else groups.set(key, [one]);
  }
  return groups;
}
