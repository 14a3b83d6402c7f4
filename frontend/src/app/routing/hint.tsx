/** Beside a conversation's facts: that its work waits, where and for how long, or that nobody can take it. */

import { t } from "../../lib/i18n";
import { queueName } from "../../lib/store/session";
import { now, span } from "../../lib/time";
import type { Conversation, Work } from "../../lib/types";
import { Icon } from "../../ui/icons";
import { useStanding } from "./standing";

export function WorkHint({ one }: { one: Conversation }) {
  const { work, position, wait } = useStanding(one.id);
  if (!work) return null;
  if (work.stuck_reason && work.state === "queued") {
    return (
      <span class="fact fact--stuck">
        <Icon name="alert" size="s" />
        <span>{work.stuck_reason}</span>
      </span>
    );
  }
  const words = wordsOf(work, position, wait);
  if (!words) return null;
  return (
    <span class="fact">
      <Icon name={work.state === "parked" ? "pause" : "clock"} size="s" />
      {words}
    </span>
  );
}

/** "Waiting in Support, 3rd, about 4 min"; empty where the head says enough already. */
function wordsOf(work: Work, position: number | null, wait: number | null): string {
  if (work.state === "parked") return t("hint.parked");
  if (work.state === "wrapping") return t("hint.wrapping");
  if (work.state === "offered") return t("hint.offered");
  if (work.state !== "queued") return "";
  const queue = queueName(work.queue_id) || t("queue.none");
  if (position === null) return t("hint.waits", { queue, time: span(now.value - Date.parse(work.queued_at)) });
  const place = t("hint.place", { queue, n: position });
  return wait === null ? place : t("hint.placeWait", { place, time: span(wait * 1_000) });
}
