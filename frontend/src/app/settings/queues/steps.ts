/** The steps of a queue: what they can do, and what is wrong with them, before they are saved. */

import type { Id } from "../../../lib/types";
import type { Requirement } from "../skills/data";

export interface Step {
  /** Seconds of waiting after which it holds. */
  after: number;
  requirements?: Requirement[];
  team?: Id;
  queue?: Id;
  priority?: string;
  offer?: string;
  to?: string;
  when?: "always" | "closed";
  skip_if_nobody?: boolean;
}
export const DEEDS = ["requirements", "team", "queue", "priority", "offer", "to"] as const;
export type Deed = (typeof DEEDS)[number];
/** Deeds that end the waiting here: what stands after them is never reached. */
const LAST: readonly Deed[] = ["queue", "to"];

export type StepProblem = "steps.noSkill" | "steps.noTeam" | "steps.noQueue" | "steps.same" | "steps.unreachable";

/** What a step does; one without anything asks for skills. */
export const deedOf = (step: Step): Deed => DEEDS.find((deed) => step[deed] !== undefined) ?? "requirements";

const BLANK: Record<Deed, Partial<Step>> = {
  requirements: { requirements: [] },
  team: { team: "" },
  queue: { queue: "" },
  priority: { priority: "high" },
  offer: { offer: "callback" },
  to: { to: "email" },
};

/** The same moment and conditions with another deed. */
export function withDeed({ after, when, skip_if_nobody }: Step, deed: Deed): Step {
  return { after, ...BLANK[deed], ...(when ? { when } : {}), ...(skip_if_nobody ? { skip_if_nobody } : {}) };
}

/** A step after the last one: first asking for less of the queue's skills, then letting in a team. */
export function nextStep(steps: readonly Step[], required: readonly Requirement[]): Step {
  const latest = Math.max(0, ...steps.map((one) => one.after));
  const after = steps.length ? latest + 30 : 20;
  if (steps.length || !required.length) return { after, ...BLANK.team };
  return { after, requirements: required.map(({ skill, level }) => ({ skill, level: Math.max(1, level - 2) })) };
}

export const inOrder = (steps: readonly Step[]): Step[] => [...steps].sort((a, b) => a.after - b.after);

/** The problem of each step, by its place; `queueId` is the queue that they belong to. */
export function problemsOf(steps: readonly Step[], queueId: Id | null): Map<number, StepProblem> {
  const found = new Map<number, StepProblem>();
  let end = Infinity;
  for (const step of steps) {
    if (LAST.includes(deedOf(step)) && step.when !== "closed") end = Math.min(end, step.after);
  }
  steps.forEach((step, at) => {
    const deed = deedOf(step);
    if (deed === "requirements" && at === 0 && step.after === 0 && !step.requirements?.length)
      found.set(at, "steps.noSkill");
    else if (deed === "team" && !step.team) found.set(at, "steps.noTeam");
    else if (deed === "queue" && !step.queue) found.set(at, "steps.noQueue");
    else if (deed === "queue" && step.queue === queueId) found.set(at, "steps.same");
    else if (step.after > end) found.set(at, "steps.unreachable");
  });
  return found;
}
