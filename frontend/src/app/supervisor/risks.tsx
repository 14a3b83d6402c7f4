/** Promises that are near their end or past it, the next due first. */

import { t } from "../../lib/i18n";
import { Ring } from "../../ui/ring";
import { Left } from "./age";
import { drill } from "./drilling";
import { toConversation } from "./links";
import { Cap } from "./parts";
import type { LivePromise } from "./shapes";
import { board, isShown, nameOfAgent, nameOfQueue, narrowed, second, shownQueues } from "./store";
import { w } from "./words";

export function Risks() {
  const listed = (board.value?.at_risk ?? []).filter((one) => isShown(one.queue_id));
  const all = shownQueues.value.reduce((sum, one) => sum + one.sla_at_risk, 0);
  return (
    <section aria-labelledby="board-risks">
      <Cap id="board-risks" title={w("risks")}>
        {all > 0 && (
          <button
            type="button"
            class="btn btn--link push"
            onClick={() => drill({ figure: "sla_at_risk", queue: narrowed.value.queue })}
          >
            {w("risks.all", { n: all })}
          </button>
        )}
      </Cap>
      <div class="risks" tabIndex={0} role="group" aria-labelledby="board-risks">
        {listed.length ? (
          <ul>
            {listed.map((one) => (
              <Line key={one.conversation_id} one={one} />
            ))}
          </ul>
        ) : (
          <p class="quiet none">{w("risks.none")}</p>
        )}
      </div>
    </section>
  );
}

function Line({ one }: { one: LivePromise }) {
  const state = isOver(one) ? "breached" : "soon";
  const where = [nameOfQueue(one.queue_id), nameOfAgent(one.assignee_id) || t("assignee.none")]
    .filter(Boolean)
    .join(" · ");
  const due = one.sla.due_at;
  return (
    <li class="riskline">
      <Ring state={state} share={due ? (Date.parse(due) - second.value) / 600_000 : 0} size="s" />
      <a
        class="clip"
        dir="auto"
        href={`/inbox/open/${one.number}`}
        title={`${one.contact}: ${one.subject}`}
        onClick={toConversation(one)}
      >
        <b>{one.contact}</b> {one.subject}
      </a>
      {due && <Left until={due} state={state} />}
      <small class="clip" title={one.warning || where}>
        {t(`sla.${one.sla.clock}`)} · {one.warning || where}
      </small>
    </li>
  );
}

export const isOver = ({ sla }: LivePromise): boolean =>
  sla.state === "breached" || (sla.due_at !== null && Date.parse(sla.due_at) <= second.value);
