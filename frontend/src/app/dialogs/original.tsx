/** A mail as it came: its head, the servers that it passed, what they say of its sender, and the bytes themselves. */

import { useEffect, useState } from "preact/hooks";
import { api } from "../../lib/api";
import { t } from "../../lib/i18n";
import { reasonOf } from "../../lib/store/reason";
import { exact, span } from "../../lib/time";
import type { Authentication, Item, Time } from "../../lib/types";
import { Dialog } from "../../ui/dialog";
import { Icon } from "../../ui/icons";
import { closeOverlay, inspected } from "../overlay";

interface Hop {
  by: string;
  sender: string;
  protocol: string;
  at: Time | null;
  delay: number | null;
}
interface Head {
  headers: { name: string; value: string }[];
  hops: Hop[];
  authentication: Authentication | null;
}
type Side = "headers" | "source";

/** Characters of the source on screen; the whole of it is in the download. */
const SHOWN = 200_000;
/** From this many seconds on a hop is slow enough to be pointed at. */
const SLOW = 60;

const IMPORTANT = new Set(
  "from,sender,reply-to,to,cc,subject,date,message-id,in-reply-to,return-path,list-id,list-unsubscribe,auto-submitted,precedence".split(
    ",",
  ),
);

export function OriginalDialog() {
  const held = inspected.value;
  const [side, setSide] = useState<Side>(held?.side ?? "headers");
  if (!held) return null;
  const url = `/api/v1/messages/${held.item.id}/original`;
  const tab = (key: Side, words: string) => (
    <button type="button" role="tab" aria-selected={side === key} onClick={() => setSide(key)}>
      {words}
    </button>
  );
  return (
    <Dialog
      title={held.item.subject || t("letter.original")}
      onClose={closeOverlay}
      kind="wide"
      foot={
        <>
          <a class="btn" href={url} download="">
            <Icon name="download" size="s" />
            {t("letter.download")}
          </a>
          <button type="button" class="btn push" onClick={closeOverlay}>
            {t("act.close")}
          </button>
        </>
      }
    >
      <div class="dialog__body original">
        <div class="tabs" role="tablist" aria-label={t("letter.original")}>
          {tab("headers", t("original.headers"))}
          {tab("source", t("letter.source"))}
        </div>
        {side === "headers" ? <HeadersSide item={held.item} /> : <SourceSide url={url} />}
      </div>
    </Dialog>
  );
}

function HeadersSide({ item }: { item: Item }) {
  const [head, failure] = useFetched(() => api.get<Head>(`/messages/${item.id}/headers`), item.id);
  const [hasAll, setAll] = useState(false);
  if (failure) return <p class="quiet">{failure}</p>;
  if (!head) return <p class="quiet">{t("original.loading")}</p>;
  const important = head.headers.filter(({ name }) => IMPORTANT.has(name.toLowerCase()));
  const shown = hasAll || !important.length ? head.headers : important;
  return (
    <>
      <Proof proof={head.authentication} />
      <dl class="pairs headers">
        {shown.map(({ name, value }, at) => [
          <dt key={at}>{name}</dt>,
          <dd key={`v${at}`} dir="auto">
            {value}
          </dd>,
        ])}
      </dl>
      {shown.length < head.headers.length && (
        <button type="button" class="btn btn--link" onClick={() => setAll(true)}>
          {t("original.all", { n: head.headers.length })}
        </button>
      )}
      <Way hops={head.hops} />
    </>
  );
}

function Proof({ proof }: { proof: Authentication | null }) {
  const results = (["dmarc", "dkim", "spf"] as const).flatMap((name) => {
    const result = proof?.[name];
    return result ? [{ name: name.toUpperCase(), result }] : [];
  });
  if (!results.length) return <p class="quiet">{t("original.unproven")}</p>;
  return (
    <p class="proof">
      {results.map(({ name, result }) => (
        <span key={name} class="tag" data-result={result === "pass" ? "good" : result === "fail" ? "bad" : undefined}>
          {result !== "none" && <Icon name={result === "pass" ? "check" : "alert"} size="s" />}
          {name}: {result}
        </span>
      ))}
      {proof?.by && <span class="quiet">{t("original.by", { name: proof.by })}</span>}
    </p>
  );
}

function Way({ hops }: { hops: readonly Hop[] }) {
  if (!hops.length) return null;
  return (
    <section>
      <h3>{t("original.way")}</h3>
      <ol class="hops">
        {hops.map((hop, at) => (
          <li key={at} data-slow={(hop.delay ?? 0) >= SLOW ? "" : undefined}>
            <span class="clip" dir="ltr">
              {[hop.sender, hop.by].filter(Boolean).join(" → ") || "?"}
            </span>
            {hop.protocol && <span class="quiet">{hop.protocol}</span>}
            {hop.at && (
              <time dateTime={hop.at} title={exact(hop.at)}>
                {hop.delay === null ? "" : `+${hop.delay < SLOW ? seconds(hop.delay) : span(hop.delay * 1000)}`}
              </time>
            )}
          </li>
        ))}
      </ol>
    </section>
  );
}

const seconds = (value: number): string => t("original.seconds", { n: Math.round(value) });

function SourceSide({ url }: { url: string }) {
  const [text, failure] = useFetched(() => fetch(url).then(readText), url);
  if (failure) return <p class="quiet">{failure}</p>;
  if (text === null) return <p class="quiet">{t("original.loading")}</p>;
  return (
    <>
      <pre class="source" dir="ltr" tabIndex={0}>
        {text.slice(0, SHOWN)}
      </pre>
      {text.length > SHOWN && <p class="quiet">{t("original.cut")}</p>}
    </>
  );
}

async function readText(response: Response): Promise<string> {
  if (!response.ok) throw new Error(t("original.none"));
  return response.text();
}

function useFetched<T>(fetcher: () => Promise<T>, key: string): [T | null, string] {
  const [value, setValue] = useState<T | null>(null);
  const [failure, setFailure] = useState("");
  useEffect(() => {
    fetcher().then(setValue, (error: unknown) =>
      setFailure(error instanceof Error && !("problem" in error) ? error.message : reasonOf(error)),
    );
  }, [key]);
  return [value, failure];
}
