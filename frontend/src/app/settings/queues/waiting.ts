/** How much waits in a queue, in words. */

import { counters } from "../../../lib/store/counters";
import type { Id } from "../../../lib/types";
import { r } from "../routing/words";

/** Empty for none, or while it is not known. */
export function conversationsIn(id: Id): string {
  const n = counters.value[`queue:${id}`];
  return n ? r("queues.waiting", { n }) : "";
}
