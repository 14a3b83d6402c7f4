/** The settings' place in the shell: their code, texts and styles are fetched when somebody goes there. */

import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";
import { locale, t } from "../../lib/i18n";
import { Empty } from "../../ui/empty";

export function SettingsPlace() {
  const [Page, setPage] = useState<ComponentType | null>(null);
  const [hasFailed, setFailed] = useState(false);
  useEffect(() => {
    void load().then(
      (page) => setPage(() => page),
      () => setFailed(true),
    );
  }, []);
  if (Page) return <Page />;
  return (
    <main id="settings" class="pane__scroll pane__scroll--centre" aria-busy={!hasFailed}>
      {hasFailed && (
        <Empty title={t("start.failed")} text={t("start.failedText")}>
          <button type="button" class="btn btn--primary" onClick={() => location.reload()}>
            {t("act.tryAgain")}
          </button>
        </Empty>
      )}
    </main>
  );
}

async function load(): Promise<ComponentType> {
  const [{ Settings }, { useSettingsLocale }] = await Promise.all([import("./settings"), import("./words"), styled()]);
  await useSettingsLocale(locale.peek());
  return Settings;
}

/** The style sheet that lies beside the app's own. */
function styled(): Promise<void> {
  return new Promise((done, failed) => {
    if (document.getElementById("settings-styles")) return done();
    const app = document.querySelector<HTMLLinkElement>('link[rel="stylesheet"][href*="app"]');
    const link = Object.assign(document.createElement("link"), { id: "settings-styles", rel: "stylesheet" });
    link.href = (app?.href ?? "/static/app.css").replace(/app(\.[^/]*)?css/, "settings.css");
    link.onload = () => done();
    link.onerror = () => failed(new Error("settings.css"));
    document.head.append(link);
  });
}
