/** For supervisors: inbound that could not be read, kept raw, to be processed again. */

import { useEffect, useState } from "preact/hooks";
import { t } from "../../lib/i18n";
import { loadQuarantined, quarantined, replay } from "../../lib/store/envelopes";
import { reasonOf } from "../../lib/store/reason";
import { say } from "../../lib/store/toasts";
import { clock, exact } from "../../lib/time";
import type { Envelope } from "../../lib/types";
import { Dialog } from "../../ui/dialog";
import { Icon, iconOfKind } from "../../ui/icons";
import { closeOverlay } from "../overlay";

export function QuarantineDialog() {
  useEffect(() => void loadQuarantined().catch(() => undefined), []);
  const listed = quarantined.value;
  return (
    <Dialog
      title={t("quarantine.title")}
      lead={t("quarantine.lead")}
      onClose={closeOverlay}
      foot={
        <button type="button" class="btn push" onClick={closeOverlay}>
          {t("act.close")}
        </button>
      }
    >
      <div class="dialog__body">
        {listed.length ? (
          <ul class="missed">
            {listed.map((one) => (
              <Line key={one.id} one={one} />
            ))}
          </ul>
        ) : (
          <p class="quiet">{t("quarantine.none")}</p>
        )}
      </div>
    </Dialog>
  );
}

function Line({ one }: { one: Envelope }) {
  const [isBusy, setBusy] = useState(false);
  const again = async (): Promise<void> => {
    setBusy(true);
    try {
      await replay(one.id);
      say(t("quarantine.replayed"));
    } catch (error) {
      say(t("act.failed", { reason: reasonOf(error) }), { tone: "failure" });
      setBusy(false);
    }
  };
  return (
    <li>
      <Icon name={iconOfKind(one.channel.kind)} />
      <span class="strong">
        {one.channel.name}{" "}
        <time class="quiet" dateTime={one.received_at} title={exact(one.received_at)}>
          {clock(one.received_at)}
        </time>
      </span>
      <button type="button" class="btn" disabled={isBusy} onClick={() => void again()}>
        {t("quarantine.replay")}
      </button>
      {one.error && <p class="quiet">{one.error}</p>}
    </li>
  );
}
