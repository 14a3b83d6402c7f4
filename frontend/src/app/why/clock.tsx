/** One promise with its life drawn to scale: where it ran, where it stood still, when it was or is due. */

import { t } from "../../lib/i18n";
import { exact, now, span } from "../../lib/time";
import { promiseName } from "../wait";
import type { Clock, Segment } from "./data";
import { Conditions, When } from "./why";

export function ClockView({ one }: { one: Clock }) {
  const target = span(one.target_seconds * 1_000);
  return (
    <>
      <p class="why__line">
        <span>
          <span class="strong">{promiseName(one.clock)}</span> {stateWords(one)}
        </span>
        <When at={one.started_at} />
      </p>
      <Bar one={one} />
      <p class="quiet">
        {[
          t(one.is_working_time ? "why.targetWorking" : "why.target", { time: target }),
          one.due_at && t("why.due", { time: exact(one.due_at) }),
          one.policy && t("why.policy", { name: one.policy.name }),
        ]
          .filter(Boolean)
          .join(" · ")}
      </p>
      {one.risk?.reason && <p>{one.risk.reason}</p>}
      {one.escalations?.map((step) => (
        <p key={step.at} class="why__line">
          <span>{t("why.escalated", { when: step.text })}</span>
          <When at={step.at} />
        </p>
      ))}
      <Conditions rows={one.why ?? []} />
      {one.segments.length > 1 && (
        <details class="why__people">
          <summary>{t("why.segments", { n: one.segments.length })}</summary>
          <ul>
            {one.segments.map((segment) => (
              <SegmentView key={segment.started_at} segment={segment} />
            ))}
          </ul>
        </details>
      )}
    </>
  );
}

function stateWords({ state, fulfilled_at: done, breached_at: broken }: Clock): string {
  if (state === "cancelled") return t("why.cancelled");
  if (broken) return t(done ? "why.metLate" : "why.broken");
  return t(state === "fulfilled" ? "why.met" : state === "paused" ? "why.paused" : "why.running");
}

function SegmentView({ segment }: { segment: Segment }) {
  const length = endOf(segment) - Date.parse(segment.started_at);
  return (
    <li class="why__person">
      <When at={segment.started_at} />
      <span>
        {t(segment.is_running ? "why.ran" : "why.stood", { time: span(length) })}
        {segment.reason && `: ${segment.reason}`}
      </span>
    </li>
  );
}

const endOf = (segment: Segment): number => (segment.ended_at ? Date.parse(segment.ended_at) : now.value);

/** Drawn over the time from its start to its end, or to its due moment where that is later. */
function Bar({ one }: { one: Clock }) {
  const begin = Date.parse(one.started_at);
  const due = one.due_at ? Date.parse(one.due_at) : null;
  const ends = one.segments.map(endOf);
  const whole = Math.max(
    1,
    Math.max(...ends, due ?? begin, one.fulfilled_at ? Date.parse(one.fulfilled_at) : begin) - begin,
  );
  const at = (moment: number): number => (100 * (moment - begin)) / whole;
  return (
    <svg class="why__bar" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
      <rect class="why__rest" y="3" width="100" height="2" />
      {one.segments.map((segment) => {
        const from = at(Date.parse(segment.started_at));
        const width = Math.max(0.6, at(endOf(segment)) - from);
        return (
          <rect
            key={segment.started_at}
            class={segment.is_running ? "why__ran" : "why__stood"}
            x={from}
            y="2"
            width={width}
            height="4"
          />
        );
      })}
      {due !== null && at(due) < 100 && one.breached_at && (
        <rect class="why__late" x={at(due)} y="2" width={100 - at(due)} height="4" />
      )}
      {due !== null && <rect class="why__due" x={Math.min(99.4, at(due))} width="0.6" height="8" />}
    </svg>
  );
}
