/** What a rule did lately: where, why, and what failed. */

import { useState } from "preact/hooks";
import { age } from "../../../lib/time";
import { reasonOf } from "../../../lib/store/reason";
import { say } from "../../../lib/store/toasts";
import { v } from "../conditions/words";
import { Failure, Waiting } from "../parts";
import { Part } from "../routing/parts";
import { useFresh } from "../routing/fresh";
import { type RuleRun, loadRuns } from "./data";
import { Deeds, Reasons, Where } from "./reasons";

export function RunLog({ id }: { id: string }) {
  const [loaded, reload] = useFresh(() => loadRuns(id), id, []);
  const [older, setOlder] = useState<{ items: RuleRun[]; cursor: string | null } | null>(null);
  if (loaded.state !== "ready") return <Waiting of={loaded} retry={() => void reload()} />;
  const items = [...loaded.value.items, ...(older?.items ?? [])];
  const cursor = older ? older.cursor : loaded.value.next_cursor;
  const more = (): void =>
    void loadRuns(id, cursor ?? "").then(
      (page) => setOlder({ items: [...(older?.items ?? []), ...page.items], cursor: page.next_cursor }),
      (error: unknown) => say(reasonOf(error)),
    );
  return (
    <Part title={v("log.title")} text={items.length ? v("log.lead") : v("log.none")}>
      {items.length > 0 && (
        <ul class="tries">
          {items.map((run) => (
            <Run key={run.id} run={run} />
          ))}
        </ul>
      )}
      {cursor && (
        <div class="btns">
          <button type="button" class="btn" onClick={more}>
            {v("log.older")}
          </button>
        </div>
      )}
    </Part>
  );
}

function Run({ run }: { run: RuleRun }) {
  return (
    <li>
      <details>
        <summary>
          <span class="clip">
            <span class="quiet">#{run.conversation.number}</span>{" "}
            <span dir="auto">{run.conversation.subject || run.conversation.contact}</span>
          </span>
          {run.error && (
            <span class="tag" data-result="bad">
              {v("log.failed")}
            </span>
          )}
          <time class="quiet" dateTime={run.at}>
            {age(run.at)}
          </time>
        </summary>
        {run.error && <Failure text={run.error} />}
        <Reasons why={run.why} />
        <Deeds of={run.did} />
        <Where of={run.conversation} />
      </details>
    </li>
  );
}
