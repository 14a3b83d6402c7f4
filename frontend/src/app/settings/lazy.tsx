/** The settings' place in the shell: their code, texts and styles are fetched when somebody goes there. */

import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";
import { locale, t } from "../../lib/i18n";
import { Empty } from "../../ui/empty";
import { loadStyles } from "../styles";

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
  const [{ Settings }, { useSettingsLocale }] = await Promise.all([
    import("./settings"),
    import("./words"),
    loadStyles("settings"),
  ]);
  await useSettingsLocale(locale.peek());
  return Settings;
}
