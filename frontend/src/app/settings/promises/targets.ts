/** The table of targets: what stands in each cell, and what is wrong with it. */

import { CLOCKS, type Clock, type Escalation, PRIORITIES, type Target } from "./data";

/** Clocks in which opening hours count for nothing: somebody is waiting on the line. */
export const isAlwaysCalendar = (clock: Clock): boolean => clock === "answer";

/** Clocks that most policies begin with; the others are added one by one. */
export const COMMON: readonly Clock[] = ["first_reply", "next_reply", "resolution"];

/** The clocks to show, in their order: the common ones and those with a target. */
export function shownClocks(targets: readonly Target[], added: readonly Clock[]): Clock[] {
  const used = new Set<Clock>([...COMMON, ...added, ...targets.map((one) => one.clock)]);
  return CLOCKS.filter((clock) => used.has(clock));
}

export function targetOf(targets: readonly Target[], clock: Clock, priority: string): Target | undefined {
  return targets.find((one) => one.clock === clock && one.priority === priority);
}

/** With another target in one cell; null takes it out. Working time is the clock's, for all its priorities. */
export function withTarget(
  targets: readonly Target[],
  clock: Clock,
  priority: Target["priority"],
  seconds: number | null,
): Target[] {
  const others = targets.filter((one) => one.clock !== clock || one.priority !== priority);
  if (seconds === null) return others;
  const next = { clock, priority, seconds, is_working_time: isWorkingTime(targets, clock) };
  return [...others, next].sort(
    (a, b) =>
      CLOCKS.indexOf(a.clock) - CLOCKS.indexOf(b.clock) ||
      PRIORITIES.indexOf(a.priority) - PRIORITIES.indexOf(b.priority),
  );
}

export function isWorkingTime(targets: readonly Target[], clock: Clock): boolean {
  if (isAlwaysCalendar(clock)) return false;
  return targets.find((one) => one.clock === clock)?.is_working_time ?? true;
}

export const withWorkingTime = (targets: readonly Target[], clock: Clock, is_working_time: boolean): Target[] =>
  targets.map((one) => (one.clock === clock ? { ...one, is_working_time } : one));

export type TargetProblem = "targets.none" | "targets.zero";

/** Why these targets cannot be saved; null when they can. */
export function problemOf(targets: readonly Target[]): TargetProblem | null {
  if (!targets.length) return "targets.none";
  return targets.some((one) => !(one.seconds > 0)) ? "targets.zero" : null;
}

/** The percentage of its time at which a promise is due. */
export const MISSED = 100;

/** A step that most would add next: a warning, then the breach. */
export function nextEscalation(steps: readonly Escalation[]): Escalation {
  const isFirst = !steps.length;
  return {
    clock: "",
    when: "percent",
    value: isFirst ? 75 : MISSED,
    is_working_time: false,
    actions: [isFirst ? { do: "notify", assignee: true, text: "" } : { do: "set_priority", priority: "urgent" }],
  };
}
