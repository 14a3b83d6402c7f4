/** One offer: who waits and for how long, what they wrote, the time that is left, yes or no. */

import { useId } from "preact/hooks";
import { t } from "../../lib/i18n";
import { conversation } from "../../lib/store/conversations";
import { work } from "../../lib/store/work";
import { shown } from "../../lib/keyboard";
import { stopwatch } from "../../lib/time";
import type { Offer } from "../../lib/types";
import { Icon } from "../../ui/icons";
import { Kbd } from "../../ui/kbd";
import { Menu } from "../../ui/menu";
import { Ring } from "../../ui/ring";
import { accept, answering, decline } from "./acts";
import { ACCEPT, DECLINE } from "./keys";
import { beat } from "./ring";
import { callerOf, headingOf, iconOfWork, skillWords } from "./words";

export function OfferCard({ offer, isFirst }: { offer: Offer; isFirst: boolean }) {
  const id = useId();
  const one = conversation(offer.conversation_id)?.value;
  const isBusy = answering.value.has(offer.id);
  return (
    <section class="offer" role="group" aria-labelledby={`${id}-who`} aria-describedby={`${id}-text`}>
      <Countdown offer={offer} />
      <div class="offer__kind">
        <Icon name={iconOfWork(offer.kind)} size="s" />
        <span class="clip">{headingOf(offer)}</span>
      </div>
      <h2 class="offer__who clip" id={`${id}-who`} dir="auto">
        {callerOf(offer)}
      </h2>
      <p class="offer__text" id={`${id}-text`} dir="auto">
        {one ? one.preview || one.subject : t("offer.loading")}
      </p>
      <Why offer={offer} waitingSince={one?.waiting_since ?? null} />
      <div class="offer__acts">
        <button type="button" class="btn btn--primary" disabled={isBusy} onClick={() => void accept(offer)}>
          {t("offer.accept")} {isFirst && <Keys {...ACCEPT} />}
        </button>
        <button type="button" class="btn" disabled={isBusy} onClick={() => void decline(offer)}>
          {t("offer.decline")} {isFirst && <Keys {...DECLINE} />}
        </button>
        <Menu
          label={t("offer.declineWhy")}
          isIcon
          title={t("offer.declineWhy")}
          class="btn btn--icon"
          button={<Icon name="down" />}
          choices={(["busy", "skill", "conflict"] as const).map((key) => ({
            key,
            label: t(`offer.why.${key}`),
            run: () => void decline(offer, t(`offer.why.${key}`)),
          }))}
        />
      </div>
    </section>
  );
}

/** While one types only the chord works, so only the chord is shown. */
function Keys({ single, chord }: { single: string; chord: string }) {
  return (
    <>
      <span class="offer__single">
        <Kbd keys={single} />
      </span>
      <kbd class="offer__chord ltr">{shown(chord).replace("Shift", "⇧")}</kbd>
    </>
  );
}

function Countdown({ offer }: { offer: Offer }) {
  const ends = Date.parse(offer.expires_at ?? "");
  const whole = Math.max(1, ends - Date.parse(offer.created_at));
  const left = Math.max(0, ends - beat.value);
  const seconds = Math.ceil(left / 1_000);
  return <Ring state="live" share={left / whole} number={seconds} label={t("offer.left", { n: seconds })} />;
}

function Why({ offer, waitingSince }: { offer: Offer; waitingSince: string | null }) {
  const held = work(offer.conversation_id).value;
  const since = Date.parse(held?.queued_at ?? waitingSince ?? offer.created_at);
  const words = [t("offer.waiting", { time: stopwatch(beat.value - since) }), skillWords(held?.requirements ?? [])];
  return <p class="offer__why">{words.filter(Boolean).join(" · ")}</p>;
}
