/** What must be entered elsewhere for a channel to work well, each with a copy button and whether it is there. */

import { useState } from "preact/hooks";
import { say } from "../../../lib/store/toasts";
import { Icon } from "../../../ui/icons";
import { Waiting, useLoaded } from "../parts";
import { said, w } from "../words";
import { type Paste, loadPastes } from "./data";

export function Records({ id }: { id: string }) {
  const [loaded, reload] = useLoaded(() => loadPastes(id), id);
  const [isBusy, setBusy] = useState(false);
  if (loaded.state !== "ready") return <Waiting of={loaded} retry={() => void reload()} />;
  const again = async (): Promise<void> => {
    setBusy(true);
    await reload();
    setBusy(false);
  };
  if (!loaded.value.length) return <p class="quiet">{w("records.none")}</p>;
  return (
    <div class="records">
      <ul>
        {loaded.value.map((paste, at) => (
          <Record key={`${paste.name}-${at}`} paste={paste} />
        ))}
      </ul>
      <button type="button" class="btn btn--large" disabled={isBusy} onClick={() => void again()}>
        <Icon name="again" />
        {isBusy ? w("records.checking") : w("records.again")}
      </button>
    </div>
  );
}

function Record({ paste }: { paste: Paste }) {
  return (
    <li class="record">
      <div class="record__head">
        <h3>{said(paste.purpose)}</h3>
        <Found paste={paste} />
      </div>
      {paste.kind === "dns" ? (
        <dl class="record__cells">
          <Cell name={w("records.type")} value={paste.record_type} />
          <Cell name={w("records.name")} value={paste.name} canCopy />
          <Cell name={w("records.value")} value={paste.value} canCopy />
        </dl>
      ) : (
        <dl class="record__cells">
          <Cell name={said(paste.name)} value={paste.value} canCopy />
        </dl>
      )}
      {paste.detail && <p class="quiet">{said(paste.detail)}</p>}
    </li>
  );
}

function Found({ paste }: { paste: Paste }) {
  if (paste.found === null) return null;
  return (
    <span class="health" data-state={paste.found ? "ok" : "slow"}>
      <Icon name={paste.found ? "resolved" : "alert"} size="s" />
      {paste.found ? w("records.found") : w("records.missing")}
    </span>
  );
}

function Cell({ name, value, canCopy = false }: { name: string; value: string; canCopy?: boolean }) {
  const copy = (): void => {
    navigator.clipboard.writeText(value).then(
      () => say(w("copied")),
      () => say(w("notCopied"), { tone: "failure" }),
    );
  };
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        <code dir="ltr">{value}</code>
        {canCopy && (
          <button
            type="button"
            class="btn btn--ghost btn--icon"
            title={w("copy")}
            aria-label={w("copyWhat", { name })}
            onClick={copy}
          >
            <Icon name="copy" />
          </button>
        )}
      </dd>
    </div>
  );
}
