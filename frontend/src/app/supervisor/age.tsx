/** Lengths of time that tick by themselves. */

import { exact, stopwatch } from "../../lib/time";
import type { Time } from "../../lib/types";
import { second } from "./store";

/** How long ago, to the second; a dash for never. Its width is kept by the digits. */
export function Age({ since, class: name = "" }: { since: Time | null; class?: string }) {
  if (!since) return <span class={`num ${name}`}>–</span>;
  return (
    <time class={`num ${name}`} dateTime={since} title={exact(since)}>
      {stopwatch(second.value - Date.parse(since))}
    </time>
  );
}

/** How long until, or with a minus since; for promises. */
export function Left({ until, state }: { until: Time; state: "soon" | "breached" }) {
  const left = Date.parse(until) - second.value;
  return (
    <time class="due num" data-state={state} dateTime={until} title={exact(until)}>
      {left < 0 ? `−${stopwatch(-left)}` : stopwatch(left)}
    </time>
  );
}

/** Seconds as minutes and seconds. */
export const clocked = (seconds: number): string => stopwatch(seconds * 1_000);
