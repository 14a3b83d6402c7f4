/** What rings, one card above the other, and the card that says that the hub keeps work away. */

import { signal } from "@preact/signals";
import { t } from "../../lib/i18n";
import { offers } from "../../lib/store/offers";
import { areSingleKeysOn } from "../../lib/store/prefs";
import { myStateSince, notAnswering } from "../../lib/store/capacity";
import { classes } from "../../ui/classes";
import { Icon } from "../../ui/icons";
import { comeBack } from "../line";
import { OfferCard } from "./card";
import { callerOf, classWord, headingOf } from "./words";

/**
 * `place`: in the flow of the list, or floating over whatever is shown, even over a dialog. The status line is
 * always there to speak.
 */
export function Offers({ place }: { place: "list" | "over" | "dialog" }) {
  const ringing = offers.value;
  const [first] = ringing;
  const isLandmark = place === "over" && (first !== undefined || notAnswering.value.length > 0);
  return (
    <div
      class={classes("offers", place === "list" ? "offers--list" : "offers--over")}
      data-singles={areSingleKeysOn.value}
      role={isLandmark ? "region" : undefined}
      aria-label={isLandmark ? t("offer.label") : undefined}
    >
      <p class="vh" role="status">
        {first && t("offer.says", { kind: headingOf(first), name: callerOf(first) })}
      </p>
      {ringing.map((offer) => (
        <OfferCard key={offer.id} offer={offer} isFirst={offer === first} />
      ))}
      {place !== "dialog" && <NotAnswering />}
    </div>
  );
}

/** Inside whatever dialog is open: outside of it nothing can be clicked. */
export const OffersInDialog = () => <Offers place="dialog" />;

/** What was kept away, and since when, as the viewer put the card aside; their menu says it still. */
const putAside = signal("");

function NotAnswering() {
  const missed = notAnswering.value;
  const kinds = missed.map(classWord).join(", ");
  const missedNow = `${kinds} ${myStateSince.value}`;
  if (!missed.length || putAside.value === missedNow) return null;
  return (
    <section class="offer offer--missed" role="group" aria-label={t("missed.title")}>
      <Icon name="alert" size="l" />
      <h2 class="offer__who">{t("missed.title")}</h2>
      <p class="offer__text">{t("missed.text", { kinds })}</p>
      <div class="offer__acts">
        <button type="button" class="btn btn--primary" onClick={() => comeBack()}>
          {t("missed.back")}
        </button>
        <button type="button" class="btn" onClick={() => (putAside.value = missedNow)}>
          {t("act.close")}
        </button>
      </div>
    </section>
  );
}
