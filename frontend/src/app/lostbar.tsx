/** The bar that says the connection or the hub's database is gone, what that means, and when the next try is. */

import { useEffect, useState } from "preact/hooks";
import { t } from "../lib/i18n";
import { Icon } from "../ui/icons";
import { connection, isDegraded, retryAt, tryNow, wasReady } from "./line";

/** How long a line may be down before it is worth a word. */
const PATIENCE_MS = 1_200;

export function LostBar() {
  const isDown =
    connection.value === "lost" ||
    connection.value === "refused" ||
    (connection.value === "connecting" && wasReady.value);
  const [isShown, setShown] = useState(false);
  useEffect(() => {
    if (!isDown) return setShown(false);
    const timer = setTimeout(() => setShown(true), PATIENCE_MS);
    return () => clearTimeout(timer);
  }, [isDown]);
  if (!isShown) return isDegraded.value ? <DegradedBar /> : null;
  const isRefused = connection.value === "refused";
  return (
    <div class="lostbar" role="alert">
      <Icon name="offline" />
      <span>
        <b>{t("line.lost")}</b> {isRefused ? t("line.refused") : t("line.kept")} {!isRefused && <Countdown />}
      </span>
      <button type="button" class="btn" onClick={tryNow}>
        {t("line.tryNow")}
      </button>
    </div>
  );
}

function DegradedBar() {
  return (
    <div class="lostbar" role="alert">
      <Icon name="offline" />
      <span>
        <b>{t("line.degraded")}</b> {t("line.degradedKept")}
      </span>
    </div>
  );
}

function Countdown() {
  const [, tick] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => tick((n) => n + 1), 1_000);
    return () => clearInterval(timer);
  }, []);
  const at = retryAt.value;
  if (at === null) return <span>{t("line.trying")}</span>;
  return <span>{t("line.tryingIn", { n: Math.max(1, Math.ceil((at - Date.now()) / 1_000)) })}</span>;
}
