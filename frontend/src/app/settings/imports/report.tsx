/** One import: how far it is, the ways to stop and go on, and what became of every mail. */

import { useState } from "preact/hooks";
import { count } from "../../../lib/i18n";
import { reasonOf } from "../../../lib/store/reason";
import { say } from "../../../lib/store/toasts";
import { age, exact } from "../../../lib/time";
import { Icon } from "../../../ui/icons";
import { Failure } from "../parts";
import { type Word, w } from "../words";
import { type MailImport, isActive, reportOf, steer } from "./data";

/** Reasons that the hub gives by a code; all others are words already. */
const REASONS: Record<string, Word> = { duplicate: "import.reason.duplicate", automatic: "import.reason.automatic" };

export function ImportReport({ one, onChange }: { one: MailImport; onChange(one: MailImport): void }) {
  const [isBusy, setBusy] = useState(false);
  const act = async (verb: "pause" | "resume" | "cancel"): Promise<void> => {
    setBusy(true);
    try {
      onChange(await steer(one.id, verb));
    } catch (error) {
      say(reasonOf(error), { tone: "failure" });
    }
    setBusy(false);
  };
  const button = (verb: "pause" | "resume" | "cancel") => (
    <button type="button" class="btn" disabled={isBusy} onClick={() => void act(verb)}>
      {w(`import.${verb}`)}
    </button>
  );
  const canResume = one.state === "paused" || one.state === "failed" || one.state === "canceled";
  return (
    <section class="sheet import" aria-label={one.name}>
      <header class="import__head">
        <h3 class="clip" dir="auto">
          {one.name}
        </h3>
        {one.dry_run && <span class="tag">{w("import.dry")}</span>}
        <time class="quiet" dateTime={one.created_at} title={exact(one.created_at)}>
          {age(one.created_at)}
        </time>
        <span class="btns push">
          {isActive(one) && button("pause")}
          {canResume && button("resume")}
          {(isActive(one) || one.state === "paused") && button("cancel")}
        </span>
      </header>
      <progress
        aria-label={w("import.progress")}
        {...(one.progress === null ? (isActive(one) ? {} : { value: 0 }) : { value: one.progress })}
      />
      <p role="status">
        {w(
          one.state === "running" && one.phase === "reading" ? "import.reading" : (`import.state.${one.state}` as Word),
        )}
        {one.total !== null && ` · ${w("import.seen", { seen: count(one.seen), total: count(one.total) })}`}
      </p>
      {one.error && <Failure text={one.error} />}
      {one.seen > 0 && (
        <table class="reckoning">
          <caption class="vh">{w("import.reckoning")}</caption>
          <tbody>
            <Row name={w(one.dry_run ? "import.wouldImport" : "import.imported")} n={one.imported} />
            <Row name={w("import.skipped")} n={one.skipped} />
            {one.reasons
              .filter((row) => row.state === "skipped")
              .map((row) => (
                <Reason key={row.reason} {...row} />
              ))}
            <Row name={w("import.failed")} n={one.failed} />
            {one.reasons
              .filter((row) => row.state === "failed")
              .map((row) => (
                <Reason key={row.reason} {...row} />
              ))}
          </tbody>
          <tfoot>
            <Row name={w("import.all")} n={one.seen} />
          </tfoot>
        </table>
      )}
      {one.seen > 0 && (
        <p>
          <a class="btn" href={reportOf(one.id)} download>
            <Icon name="download" />
            {w("import.csv")}
          </a>
        </p>
      )}
    </section>
  );
}

function Row({ name, n }: { name: string; n: number }) {
  return (
    <tr>
      <th scope="row">{name}</th>
      <td>{count(n)}</td>
    </tr>
  );
}

function Reason({ reason, count: n }: { reason: string; count: number }) {
  return (
    <tr class="reckoning__reason">
      <th scope="row">{REASONS[reason] ? w(REASONS[reason]) : reason}</th>
      <td>{count(n)}</td>
    </tr>
  );
}
