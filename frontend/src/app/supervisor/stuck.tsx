/** Work that nobody here can take: one line that keeps its place, so that nothing jumps when it fills. */

import { count } from "../../lib/i18n";
import { Icon } from "../../ui/icons";
import { drill } from "./drilling";
import { board, isShown, nameOfQueue, narrowed } from "./store";
import { w } from "./words";

export function Stuck() {
  const all = (board.value?.stuck ?? []).filter((one) => isShown(one.queue_id));
  const [first] = all;
  const others = new Set(all.map((one) => `${one.queue_id} ${one.stuck_reason}`)).size - 1;
  const same = all.filter((one) => one.queue_id === first?.queue_id && one.stuck_reason === first?.stuck_reason).length;
  return (
    <div class="stuck" data-state={first ? "stuck" : "none"} role="status">
      <Icon name={first ? "alert" : "check"} />
      {first ? (
        <>
          <p class="clip2">
            <b>{w("stuck.waiting", { n: same, queue: nameOfQueue(first.queue_id) || w("stuck.noQueue") })}</b>{" "}
            {first.stuck_reason}
            {others > 0 && ` ${w("stuck.others", { n: others })}`}
          </p>
          <button
            type="button"
            class="btn push"
            onClick={() => drill({ figure: "stuck", queue: narrowed.value.queue })}
          >
            {w("stuck.see", { n: all.length, shown: count(all.length) })}
          </button>
        </>
      ) : (
        <p>{w("stuck.none")}</p>
      )}
    </div>
  );
}
