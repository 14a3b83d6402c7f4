/** The first visit, with no conversation yet: what there is, and how the first one comes about. */

import { t } from "../../lib/i18n";
import { channels } from "../../lib/store/session";
import { Icon, iconOfKind } from "../../ui/icons";
import { Ring } from "../../ui/ring";
import { channelName } from "../channels";
import { overlay } from "../overlay";

export function Beginning() {
  const listed = channels.value;
  return (
    <div class="pane__scroll pane__scroll--centre">
      <div class="guide">
        <h1>{t("begin.title")}</h1>
        <p>{listed.length ? t("begin.text") : t("begin.noChannels")}</p>
        {listed.length > 0 && (
          <ol class="steps">
            {listed.map((channel, at) => (
              <li key={channel.id}>
                <Ring state={at === 0 ? "live" : "none"} share={0.08} number={at + 1} />
                <h2>{t("begin.write", { name: channel.name })}</h2>
                <p>
                  <Icon name={iconOfKind(channel.kind)} size="s" /> {channel.address || channelName(channel.kind)}
                </p>
                {channel.kind === "chat" && (
                  <a class="btn" href="/demo/site" target="_blank" rel="noopener">
                    {t("begin.openSite")}
                  </a>
                )}
                {channel.kind === "email" && (
                  <button type="button" class="btn" onClick={() => (overlay.value = "new")}>
                    {t("begin.writeFirst")}
                  </button>
                )}
              </li>
            ))}
          </ol>
        )}
      </div>
    </div>
  );
}
