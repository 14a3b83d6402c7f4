/** Why a conversation is where it is: who was asked, what was promised, which rules ran, how it was threaded. */

import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import { t } from "../../lib/i18n";
import { clock, exact } from "../../lib/time";
import { classes } from "../../ui/classes";
import { Dialog } from "../../ui/dialog";
import { Icon } from "../../ui/icons";
import { current } from "../current";
import { closeOverlay } from "../overlay";
import { ClockView } from "./clock";
import { type Candidate, type Condition, type Decision, type RuleRun, type Why, loadWhy } from "./data";

export function WhyDialog() {
  const one = current.value;
  const [why, setWhy] = useState<Why | "failed" | null>(null);
  const [tries, setTries] = useState(0);
  const id = one?.id;
  useEffect(() => {
    if (!id) return closeOverlay();
    const stop = new AbortController();
    loadWhy(id, stop.signal).then(setWhy, () => stop.signal.aborted || setWhy("failed"));
    return () => stop.abort();
  }, [id, tries]);
  if (!one) return null;
  return (
    <Dialog
      title={t("why.heading", { number: `#${one.number}` })}
      lead={t("why.lead")}
      kind="wide"
      onClose={closeOverlay}
      foot={
        <button type="button" class="btn push" onClick={closeOverlay}>
          {t("act.close")}
        </button>
      }
    >
      <div class="dialog__body why">
        {why === null && <p role="status">{t("why.loading")}</p>}
        {why === "failed" && (
          <p role="alert">
            {t("why.failed")}{" "}
            <button type="button" class="btn" onClick={() => (setWhy(null), setTries(tries + 1))}>
              {t("act.tryAgain")}
            </button>
          </p>
        )}
        {why !== null && why !== "failed" && <Sections why={why} />}
      </div>
    </Dialog>
  );
}

function Sections({ why }: { why: Why }) {
  const { routing, sla, rules, threading } = why;
  if (![routing, sla, rules, threading].some((part) => part.length)) return <p class="quiet">{t("why.empty")}</p>;
  return (
    <>
      <Section title={t("why.routing")} none={t("why.noRouting")} rows={routing.toReversed()}>
        {(decision) => <DecisionView decision={decision} />}
      </Section>
      <Section title={t("why.sla")} none={t("why.noSla")} rows={sla}>
        {(one) => <ClockView one={one} />}
      </Section>
      <Section title={t("why.rules")} none={t("why.noRules")} rows={rules}>
        {(run) => <RunView run={run} />}
      </Section>
      <Section title={t("why.threading")} none={t("why.noThreading")} rows={threading}>
        {(decision) => <DecisionView decision={decision} />}
      </Section>
    </>
  );
}

interface SectionProps<T> {
  title: string;
  none: string;
  rows: readonly T[];
  children(row: T): ComponentChildren;
}

function Section<T>({ title, none, rows, children }: SectionProps<T>) {
  return (
    <details class="why__part" open={rows.length > 0}>
      <summary>
        <Icon name="down" size="s" />
        <h3>{title}</h3>
        <span class="count">{rows.length || ""}</span>
      </summary>
      {rows.length ? (
        <ol class="why__list">
          {rows.map((row, at) => (
            <li key={at}>{children(row)}</li>
          ))}
        </ol>
      ) : (
        <p class="quiet">{none}</p>
      )}
    </details>
  );
}

export function When({ at }: { at: string }) {
  return (
    <time dateTime={at} title={exact(at)}>
      {clock(at)}
    </time>
  );
}

function DecisionView({ decision }: { decision: Decision }) {
  const people = decision.candidates.filter((one) => one.agent_id);
  return (
    <>
      <p class="why__line">
        <span>{decision.reason}</span>
        <When at={decision.at} />
      </p>
      {people.length > 0 && (
        <details class="why__people">
          <summary>{t("why.candidates", { n: people.length })}</summary>
          <ul>
            {people.map((one) => (
              <CandidateView key={one.agent_id} one={one} />
            ))}
          </ul>
        </details>
      )}
    </>
  );
}

const MARKS = { chosen: "check", possible: "dot", passed_over: "close" } as const;

function CandidateView({ one }: { one: Candidate }) {
  return (
    <li class={classes("why__person", one.verdict === "chosen" && "why__person--chosen")}>
      <Icon name={MARKS[one.verdict] ?? "dot"} size="s" />
      <span class="strong" dir="auto">
        {one.name}
      </span>
      <span>
        <span class="vh">{t(`verdict.${one.verdict}`)}: </span>
        {one.reason}
      </span>
    </li>
  );
}

function RunView({ run }: { run: RuleRun }) {
  const did = run.did.filter((one) => one.changed).map((one) => one.text);
  const words = run.at === null ? t("why.ruleIdle") : did.join(", ") || t("why.ruleNothing");
  return (
    <>
      <p class="why__line">
        <span class={run.at === null ? "quiet" : undefined}>
          <span class="strong" dir="auto">
            {run.rule?.name ?? t("why.goneRule")}
          </span>
          {`: ${words}`}
          {run.error && ` (${run.error})`}
        </span>
        {run.at && <When at={run.at} />}
      </p>
      <Conditions rows={run.why} />
    </>
  );
}

/** Conditions with whether each held. */
export function Conditions({ rows }: { rows: readonly Condition[] }) {
  if (!rows.length) return null;
  return (
    <details class="why__people">
      <summary>{t("why.because")}</summary>
      <ul>
        {rows.map(({ text, holds, depth = 0 }, at) => (
          <li key={at} class="why__person" style={{ paddingInlineStart: `${depth}rem` }}>
            <Icon name={holds ? "check" : "close"} size="s" />
            <span>
              <span class="vh">{t(holds ? "why.holds" : "why.holdsNot")}: </span>
              {text}
            </span>
          </li>
        ))}
      </ul>
    </details>
  );
}
