/** Over a mail with remote images: how many are blocked, and how to see them. */

import { useState } from "preact/hooks";
import { t } from "../../lib/i18n";
import { linksOf, requestImages, welcomeSender } from "../../lib/store/images";
import { reasonOf } from "../../lib/store/reason";
import { say } from "../../lib/store/toasts";
import type { Item } from "../../lib/types";
import { Icon } from "../../ui/icons";

export function ImageBar({ item }: { item: Item }) {
  const [isBusy, setBusy] = useState(false);
  const { count = 0, trackers = 0, policy = "ask" } = item.remote_images ?? {};
  const isShown = linksOf(item.id).value.size > 0;
  const tracked = trackers > 0 ? t("images.trackers", { n: trackers }) : "";
  if (!count || isShown) return null;
  const show = async (): Promise<void> => {
    setBusy(true);
    try {
      await requestImages(item);
    } catch (error) {
      say(t("act.failed", { reason: reasonOf(error) }), { tone: "failure" });
    }
    setBusy(false);
  };
  const address = item.from?.address ?? "";
  const always = (): void => {
    welcomeSender(address);
    void show();
  };
  return (
    <p class="blocked" title={t("images.why")}>
      <Icon name="image" size="s" />
      <span>
        {t(policy === "never" ? "images.never" : "images.blocked", { n: count })} {tracked}
      </span>
      {policy !== "never" && (
        <span class="blocked__acts">
          <button type="button" class="btn btn--link" disabled={isBusy} onClick={() => void show()}>
            {t("images.show")}
          </button>
          {address && item.direction === "inbound" && (
            <button type="button" class="btn btn--link" disabled={isBusy} onClick={always}>
              {t("images.always")}
            </button>
          )}
        </span>
      )}
    </p>
  );
}
