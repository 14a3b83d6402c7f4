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
  if (item.deliveries.length === 1) return <Standing item={item} delivery={state.delivery} />;
  return (
    <details class="deliveries" open={state.isFailure}>
      <summary>
        <Standing item={item} delivery={state.delivery} isSummary />
      </summary>
      <ul>
        {item.deliveries.map((one) => (
          <li key={one.id}>
            <span class="clip" dir="ltr">
              {one.recipient}
            </span>
            <Standing item={item} delivery={one} />
          </li>
        ))}
      </ul>
    </details>
  );
}

interface StandingProps {
  item: Item;
  delivery: Delivery;
  /** For several recipients together: how many have it, and no buttons. */
  isSummary?: boolean;
}

function Standing({ item, delivery, isSummary = false }: StandingProps) {
  const look = LOOKS[delivery.status];
  if (look.isFailure) return <Failure item={item} delivery={delivery} isSummary={isSummary} />;
  if (delivery.status === "queued" && delivery.next_attempt_at)
    return <Delayed item={item} delivery={delivery} isSummary={isSummary} />;
  const { status, updated_at: at, via } = delivery;
  const words =
    status === "queued" || status === "sending" ? t(`delivery.${status}`) : `${t(`delivery.${status}`)} ${clock(at)}`;
  const all = isSummary ? ` · ${t("delivery.recipients", { n: item.deliveries.length })}` : "";
  return (
    <span class="ticks" data-state={status} title={`${exact(at)} · ${delivery.recipient}`}>
      <Icon name={look.icon} size="s" />
      {words}
      {via === "local" && ` · ${t("delivery.local")}`}
      {all}
    </span>
  );
}

/** It was tried and will be tried again: why, when, and what one can do meanwhile. */
function Delayed({ item, delivery, isSummary }: Required<StandingProps>) {
  const time = clock(delivery.next_attempt_at ?? delivery.updated_at);
  return (
    <span class="ticks ticks--delayed" data-state="queued" title={delivery.detail ?? ""}>
      <Icon name="clock" size="s" />
      <span>
        {t("delivery.delayed", { time })}
        {!isSummary && delivery.detail && <small>{delivery.detail}</small>}
      </span>
      {!isSummary && (
        <>
          <button type="button" class="btn btn--link" onClick={() => void act(item, delivery, "retry")}>
            {t("delivery.sendNow")}
          </button>
          <button type="button" class="btn btn--link" onClick={() => void act(item, delivery, "cancel")}>
            {t("act.cancel")}
          </button>
        </>
      )}
    </span>
  );
}

function Failure({ item, delivery, isSummary }: Required<StandingProps>) {
  const lead = delivery.status === "unknown" ? t("delivery.unknown") : t("delivery.failed");
  const failed = item.deliveries.filter((one) => LOOKS[one.status].isFailure).length;
  if (isSummary)
    return (
      <span class="failure fact">
        <Icon name="alert" size="s" />
        {t("delivery.someFailed", { n: failed, all: item.deliveries.length })}
      </span>
    );
  return (
    <div class="failure">
      <span class="fact">
        <Icon name="alert" size="s" />
        {delivery.detail ? t("delivery.because", { lead, reason: delivery.detail }) : lead}
      </span>
      <button type="button" class="btn btn--link" onClick={() => void act(item, delivery, "retry")}>
        {t("act.retry")}
      </button>
    </div>
  );
}

/** Sends the same message once more (or at once) to this recipient alone, or no more. */
async function act(item: Item, delivery: Delivery, verb: "retry" | "cancel"): Promise<void> {
  try {
    putDelivery(item.conversation_id, item.id, await api.post<Delivery>(`/deliveries/${delivery.id}/${verb}`));
  } catch (error) {
    say(t("act.failed", { reason: reasonOf(error) }), { tone: "failure" });
  }
}
