/** How far our message got: ticks that climb, or the failure in words with what can be done. */

import { api } from "../../lib/api";
import { t } from "../../lib/i18n";
import { reasonOf } from "../../lib/store/reason";
import { putDelivery } from "../../lib/store/timelines";
import { say } from "../../lib/store/toasts";
import { clock, exact } from "../../lib/time";
import type { Delivery, DeliveryStatus, Item } from "../../lib/types";
import { Icon, type IconName } from "../../ui/icons";

interface Look {
  icon: IconName;
  isFailure: boolean;
  rank: number;
}

/** The worst news first: one failed recipient among three is what the agent must see. */
const LOOKS: Record<DeliveryStatus, Look> = {
  failed: { icon: "alert", isFailure: true, rank: 0 },
  undelivered: { icon: "alert", isFailure: true, rank: 0 },
  unknown: { icon: "alert", isFailure: true, rank: 1 },
  canceled: { icon: "close", isFailure: false, rank: 2 },
  queued: { icon: "clock", isFailure: false, rank: 3 },
  sending: { icon: "clock", isFailure: false, rank: 4 },
  sent: { icon: "check", isFailure: false, rank: 5 },
  delivered: { icon: "checks", isFailure: false, rank: 6 },
  read: { icon: "checks", isFailure: false, rank: 7 },
};

/** The delivery that decides how the message stands, with how it looks. */
export function worst(item: Item): (Look & { delivery: Delivery }) | null {
  const [first] = [...item.deliveries].sort((a, b) => LOOKS[a.status].rank - LOOKS[b.status].rank);
  return first ? { ...LOOKS[first.status], delivery: first } : null;
}

export function Deliveries({ item }: { item: Item }) {
  const state = worst(item);
  if (!state) return null;
  if (state.isFailure) return <Failure item={item} delivery={state.delivery} />;
  const { status, updated_at: at, via } = state.delivery;
  const words =
    status === "queued" || status === "sending" ? t(`delivery.${status}`) : `${t(`delivery.${status}`)} ${clock(at)}`;
  return (
    <span class="ticks" data-state={status} title={`${exact(at)} · ${state.delivery.recipient}`}>
      <Icon name={state.icon} size="s" />
      {words}
      {via === "local" && ` · ${t("delivery.local")}`}
    </span>
  );
}

function Failure({ item, delivery }: { item: Item; delivery: Delivery }) {
  const lead = delivery.status === "unknown" ? t("delivery.unknown") : t("delivery.failed");
  return (
    <div class="failure">
      <span class="fact">
        <Icon name="alert" size="s" />
        {delivery.detail ? t("delivery.because", { lead, reason: delivery.detail }) : lead}
      </span>
      <button type="button" class="btn btn--link" onClick={() => void sendAgain(item, delivery)}>
        {t("act.retry")}
      </button>
    </div>
  );
}

/** Sends the same message once more, to this recipient alone. */
async function sendAgain(item: Item, delivery: Delivery): Promise<void> {
  try {
    putDelivery(item.conversation_id, item.id, await api.post<Delivery>(`/deliveries/${delivery.id}/retry`));
  } catch (error) {
    say(t("act.failed", { reason: reasonOf(error) }), { tone: "failure" });
  }
}
