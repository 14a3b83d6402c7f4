/** Bringing old mail into a channel: a new import, and what became of earlier ones. */

import { useEffect, useState } from "preact/hooks";
import type { ChannelSettings } from "../channels/data";
import { Waiting, useLoaded } from "../parts";
import { w } from "../words";
import { type MailImport, isActive, loadImport, loadImports } from "./data";
import { StartImport } from "./start";
import { ImportReport } from "./report";

const LOOK_MS = 2_000;

export function Imports({ channel }: { channel: ChannelSettings }) {
  const [loaded, reload, show] = useLoaded(() => loadImports(channel.id), channel.id);
  const items = loaded.state === "ready" ? loaded.value : [];
  const put = (next: MailImport): void => show([next, ...items.filter((one) => one.id !== next.id)].sort(newestFirst));
  const active = items.filter(isActive).map((one) => one.id);
  useEffect(() => {
    if (!active.length) return;
    const timer = setTimeout(() => {
      void Promise.all(active.map(loadImport)).then(
        (fresh) => show(items.map((one) => fresh.find(({ id }) => id === one.id) ?? one)),
        () => show([...items]),
      );
    }, LOOK_MS);
    return () => clearTimeout(timer);
  }, [loaded]);
  const [isStarting, setStarting] = useState(false);
  if (loaded.state !== "ready") return <Waiting of={loaded} retry={() => void reload()} />;
  const isOpen = isStarting || items.length === 0;
  return (
    <div class="imports">
      <p class="quiet">{w("import.lead")}</p>
      {isOpen ? (
        <StartImport
          channel={channel}
          onStarted={(one) => (put(one), setStarting(false))}
          {...(items.length ? { onCancel: () => setStarting(false) } : {})}
        />
      ) : (
        <p>
          <button type="button" class="btn btn--primary btn--large" onClick={() => setStarting(true)}>
            {w("import.new")}
          </button>
        </p>
      )}
      {items.map((one) => (
        <ImportReport key={one.id} one={one} onChange={put} />
      ))}
    </div>
  );
}

function newestFirst(one: MailImport, other: MailImport): number {
  return other.created_at.localeCompare(one.created_at);
}
