/** When a conversation that begins at a moment would be due, by which promise, and why. */

import { useState } from "preact/hooks";
import { api } from "../../../lib/api";
import { channels } from "../../../lib/store/session";
import type { Priority } from "../../../lib/types";
import { Icon } from "../../../ui/icons";
import { useAnswer } from "../routing/answer";
import { Pick } from "../routing/pick";
import { r } from "../routing/words";
import { WEEKDAYS, minutesOf, nextWeekday } from "../schedules/hours";
import { instantOf, spokenMoment, wallOf, weekdayName } from "../schedules/zones";
import type { PolicyDraft, PromiseAnswer } from "./data";

interface PreviewProps {
  /** The policy as it stands in the form; null asks which of the saved ones applies. */
  draft: PolicyDraft | null;
  id: string | null;
  zone: string;
}

export function PromisePreview({ draft, id, zone }: PreviewProps) {
  const [weekday, setWeekday] = useState(4);
  const [time, setTime] = useState("16:50");
  const [priority, setPriority] = useState<Priority>("normal");
  const [channel, setChannel] = useState("");
  const today = wallOf(new Date(), zone)?.date ?? new Date().toISOString().slice(0, 10);
  const at = instantOf(nextWeekday(today, weekday), minutesOf(time), zone);
  const question = {
    conversation: { priority, ...(channel ? { channel_id: channel } : {}) },
    at: at.toISOString(),
    ...(draft ? { draft: nameable(draft, id) } : {}),
  };
  const answer = useAnswer<PromiseAnswer>(
    (signal) => api.post("/sla-policies/preview", question, { signal }),
    JSON.stringify(question),
  );
  return (
    <section class="preview" aria-label={r("preview")}>
      <h2>{r("preview")}</h2>
      <p class="sentence">
        {r("promise.arriving")}
        <Pick
          label={r("due.day")}
          value={String(weekday)}
          options={WEEKDAYS.map((day) => [String(day), weekdayName(day)] as const)}
          onChange={(day) => setWeekday(Number(day))}
        />
        <input
          type="time"
          class="chip chip--field"
          aria-label={r("due.time")}
          value={time}
          onInput={(event) => event.currentTarget.value && setTime(event.currentTarget.value)}
        />
        {r("promise.priority")}
        <Pick
          label={r("promise.priorityLabel")}
          value={priority}
          options={(["low", "normal", "high", "urgent"] as const).map((one) => [one, r(`priority.${one}`)] as const)}
          onChange={(next) => setPriority(next as Priority)}
        />
        {r("promise.by")}
        <Pick
          label={r("promise.channel")}
          value={channel}
          options={[["", r("promise.anyChannel")], ...channels.value.map((one) => [one.id, one.name] as const)]}
          onChange={setChannel}
        />
      </p>
      <div aria-live="polite" data-asking={answer.isAsking || undefined}>
        {answer.value ? (
          <Answered answer={answer.value} zone={zone} from={at} />
        ) : (
          <p class="quiet">{answer.failure || "…"}</p>
        )}
      </div>
    </section>
  );
}

/** A draft may be tried out before it has a name. */
function nameable({ name, ...rest }: PolicyDraft, id: string | null): Partial<PolicyDraft> & { id?: string } {
  return { ...rest, ...(name.trim() ? { name: name.trim() } : {}), ...(id ? { id } : {}) };
}

function Answered({ answer: { policy, why, dues }, zone, from }: { answer: PromiseAnswer; zone: string; from: Date }) {
  return (
    <>
      <p dir="auto">{policy ? r("promise.under", { name: policy.name }) : r("promise.nothing")}</p>
      {dues.length > 0 && (
        <dl class="dues">
          {dues.map((one) => (
            <div key={one.clock}>
              <dt>{r(`clock.${one.clock}`)}</dt>
              <dd class="preview__answer">{one.due_at ? spokenMoment(one.due_at, zone, from) : r("promise.later")}</dd>
            </div>
          ))}
        </dl>
      )}
      {why.length > 0 && (
        <ul class="candidates" aria-label={r("promise.why")}>
          {why.map(({ text, holds }) => (
            <li key={text} data-verdict={holds ? "chosen" : "passed_over"}>
              <Icon name={holds ? "check" : "close"} size="s" />
              <span dir="auto">{text}</span>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
