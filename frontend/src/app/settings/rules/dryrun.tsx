/** What the rule would have done to the latest conversations, as it is written now. */

import { useEffect, useRef, useState } from "preact/hooks";
import { reasonOf } from "../../../lib/store/reason";
import { isComplete } from "../conditions/tree";
import type { Vocabulary } from "../conditions/vocabulary";
import { v } from "../conditions/words";
import { fieldErrors } from "../parts";
import { Caution } from "../routing/parts";
import { type DryRun, type RuleDraft, type Tried, tryRule } from "./data";
import { Deeds, Reasons, Where } from "./reasons";

/** Typing asks for it once it rests. */
const REST = 500;

interface DryRunProps {
  draft: RuleDraft;
  id: string | null;
  vocabulary: Vocabulary;
}

export function DryRunPanel({ draft, id, vocabulary }: DryRunProps) {
  const [found, setFound] = useState<DryRun | null>(null);
  const [problem, setProblem] = useState("");
  const [isAsking, setAsking] = useState(true);
  const latest = useRef(0);
  const { trigger, conditions, actions, stops_others } = draft;
  const question = JSON.stringify({ trigger, conditions, actions, stops_others });
  const isReady = isComplete(conditions, vocabulary) && actions.length > 0;
  useEffect(() => {
    const number = ++latest.current;
    if (!isReady) {
      setAsking(false);
      setProblem(v("try.unfinished"));
      return;
    }
    setAsking(true);
    const timer = setTimeout(() => {
      const take = (next: DryRun | null, text: string): void => {
        if (number !== latest.current) return;
        setFound(next);
        setProblem(text);
        setAsking(false);
      };
      tryRule(draft, id).then(
        (value) => take(value, ""),
        (error: unknown) => take(null, Object.values(fieldErrors(error)).join(" ") || reasonOf(error)),
      );
    }, REST);
    return () => clearTimeout(timer);
  }, [question, isReady]);
  const matching = found?.items.filter((one) => one.matches) ?? [];
  const others = found?.items.filter((one) => !one.matches) ?? [];
  return (
    <section
      class="preview dryrun"
      aria-label={v("try.title")}
      aria-live="polite"
      aria-busy={isAsking}
      data-asking={isAsking || undefined}
    >
      <h2>{v("try.title")}</h2>
      {problem && <p class="quiet">{problem}</p>}
      {!problem && found && (
        <>
          <p class="preview__answer">{v("try.matched", { n: found.matched })}</p>
          <p class="quiet">{v("try.of", { n: found.looked_at })}</p>
          {found.warnings.map((text) => (
            <Caution key={text} text={text} />
          ))}
          <Tries title={v("try.matching")} tried={matching} />
          <Tries title={v("try.others")} tried={others.slice(0, 10)} />
        </>
      )}
    </section>
  );
}

function Tries({ title, tried }: { title: string; tried: readonly Tried[] }) {
  if (!tried.length) return null;
  return (
    <>
      <h3>{title}</h3>
      <ul class="tries">
        {tried.map((one) => (
          <li key={one.conversation.id}>
            <details>
              <summary>
                <span class="clip">
                  <span class="quiet">#{one.conversation.number}</span>{" "}
                  <span dir="auto">{one.conversation.subject || one.conversation.contact}</span>
                </span>
              </summary>
              <Reasons why={one.why} />
              <Deeds of={one.would} />
              <Where of={one.conversation} />
            </details>
          </li>
        ))}
      </ul>
    </>
  );
}
