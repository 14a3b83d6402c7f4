/** Asked before a conversation is taken from a colleague. */

import { t } from "../../lib/i18n";
import { firstName } from "../../lib/names";
import { typing, viewing } from "../../lib/store/live";
import { agentName, agents } from "../../lib/store/session";
import { Dialog } from "../../ui/dialog";
import { current } from "../current";
import { closeOverlay } from "../overlay";
import { takeOver } from "./acts";

export function TakeOverDialog() {
  const one = current.value;
  const holder = one?.assignee_id;
  if (!one || !holder) return null;
  const name = firstName(agentName(holder));
  const isThere = [typing, viewing].some((seen) => seen.value.get(one.id)?.some((who) => who.id === holder));
  const state = agents.value.get(holder)?.state ?? "offline";
  const lead = isThere ? t("takeover.there", { name }) : t("takeover.lead", { name, state: t(`presence.${state}`) });
  return (
    <Dialog title={t("takeover.title", { name, number: `#${one.number}` })} lead={lead} onClose={closeOverlay}>
      <div class="dialog__foot">
        <button
          type="button"
          class="btn btn--primary btn--large"
          autofocus
          onClick={() => (closeOverlay(), takeOver(one.id))}
        >
          {t("takeover.yes")}
        </button>
        <button type="button" class="btn btn--large" onClick={closeOverlay}>
          {t("takeover.no", { name })}
        </button>
      </div>
    </Dialog>
  );
}
