/** The line over the composer: who is writing, in the thread or at the customer's end. */

import { t } from "../../lib/i18n";
import { firstName } from "../../lib/names";
import { typing } from "../../lib/store/live";
import type { Id } from "../../lib/types";
import { Typing } from "../../ui/typing";
import { connection, wasReady } from "../line";

export function PresenceLine({ id }: { id: Id }) {
  const writers = typing.value.get(id) ?? [];
  const isLost = wasReady.value && connection.value !== "ready";
  const names = writers.map((one) => firstName(one.name)).join(", ");
  return (
    <div class="presence-line" aria-live="polite">
      {isLost
        ? t("presence.unknown")
        : writers.length > 0 && <Typing text={t("typing.names", { n: writers.length, names })} />}
    </div>
  );
}
