/** Policy tests and backtests, and the calls that make, run and read them. */

import { api } from "../../../lib/api";
import type { Id, Page, Priority, Status, Time } from "../../../lib/types";

/** A moment on the organization's wall clock, "2026-03-02T09:00". */
export type Wall = string;
export type Clock =
  "first_reply" | "next_reply" | "update" | "agent_work" | "requester_wait" | "resolution" | "answer" | "ownership";

export interface Given {
  channel_id: Id;
  at: Wall;
  address?: string;
  name?: string;
  subject?: string;
  text?: string;
}
export interface Expected {
  queue_id?: Id | null;
  priority?: Priority;
  status?: Status;
  policy?: string;
  labels?: string[];
  due?: Partial<Record<Clock, Wall>>;
}
export interface Outcome {
  status: Status;
  priority: Priority;
  queue_id: Id | null;
  team_id: Id | null;
  assignee_id: Id | null;
  labels: string[];
  due: Partial<Record<Clock, Wall>>;
  policy: string;
  rules: string[];
}
export interface TestResult {
  passed: boolean;
  differences: { what: string; expected: string; got: string }[];
  outcome: Outcome | null;
  error: string;
}
export interface PolicyTest {
  id: Id;
  name: string;
  given: Given;
  expected: Expected;
  result: TestResult | null;
  ran_at: Time | null;
}

export const loadTests = (): Promise<PolicyTest[]> =>
  api.get<Page<PolicyTest>>("/policy-tests").then(({ items }) => items);
export const runTests = (): Promise<PolicyTest[]> =>
  api.post<Page<PolicyTest>>("/policy-tests/run").then(({ items }) => items);
export const tryTest = (given: Given, expected: Expected, signal: AbortSignal): Promise<TestResult> =>
  api.post<TestResult>("/policy-tests/try", { given, expected }, { signal });

/** Waits in seconds, shares from 0 to 1; null where nothing was taken. */
export interface Figures {
  arrived: number;
  taken: number;
  abandoned: number;
  still_waiting: number;
  wait_mean: number | null;
  wait_median: number | null;
  wait_p90: number | null;
  wait_longest: number | null;
  service_level: number | null;
}
export interface Sides<T> {
  before: T;
  after: T;
}
export interface Placed {
  queue: string;
  priority: Priority;
  due: Partial<Record<Clock, Time>>;
}
export interface Result extends Sides<Figures> {
  observed: Figures;
  queues: ({ id: Id; name: string } & Sides<Figures>)[];
  hours: ({ at: Time } & Sides<number | null>)[];
  promises: {
    clock: Clock;
    promised_before: number;
    kept_before: number;
    promised_after: number;
    kept_after: number;
  }[];
  agents: ({ id: Id; name: string } & Sides<{ taken: number; occupied: number } | null>)[];
  moved: {
    count: number;
    of: number;
    conversations: ({ id: Id; number: number; subject: string } & Sides<Placed>)[];
  };
}
export interface Backtest {
  id: Id;
  state: "waiting" | "running" | "done" | "failed" | "cancelled";
  begins_at: Time;
  ends_at: Time;
  change: Record<string, unknown>;
  done: number;
  total: number;
  result: Result | Record<string, never>;
  error: string;
  started_by: Id | null;
  created_at: Time;
}

export const isOpen = ({ state }: Backtest): boolean => state === "waiting" || state === "running";
export const loadBacktests = (): Promise<Backtest[]> =>
  api.get<Page<Backtest>>("/backtests").then(({ items }) => items);
export const loadBacktest = (id: Id): Promise<Backtest> => api.get<Backtest>(`/backtests/${id}`);
export const startBacktest = (begins_at: Time, ends_at: Time, change: unknown): Promise<Backtest> =>
  api.post<Backtest>("/backtests", { begins_at, ends_at, change });
export const cancelBacktest = (id: Id): Promise<Backtest> => api.post<Backtest>(`/backtests/${id}/cancel`);
