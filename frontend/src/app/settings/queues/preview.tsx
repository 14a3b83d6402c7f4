/** To whom something arriving in a queue now would be offered, and why to nobody else. */

import { useState } from "preact/hooks";
import { agents } from "../../../lib/store/session";
import type { Id } from "../../../lib/types";
import { Icon } from "../../../ui/icons";
import { useAnswer } from "../routing/answer";
import { useVersion } from "../routing/fresh";
import { Pick } from "../routing/pick";
import { r } from "../routing/words";
import { type Candidate, KINDS, type OfferAnswer, previewOffer } from "./data";

const SHOWN = 6;

export function OfferPreview({ id, isDirty }: { id: Id; isDirty: boolean }) {
  const [kind, setKind] = useState<string>("chat");
  const version = useVersion([
    "queue",
    "skill",
    "agent_skills",
    "agent_capacity",
    "capacity_policy",
    "state_reason",
    "schedule",
  ]);
  const states = [...agents.value.values()].map((one) => one.id + one.state + one.since).join();
  const answer = useAnswer<OfferAnswer>(
    (signal) => previewOffer(id, kind, signal),
    `${id}|${kind}|${version}|${states}`,
  );
  return (
    <section class="preview" aria-label={r("preview")}>
      <h2>{r("preview")}</h2>
      <p class="sentence">
        {r("offer.arriving")}
        <Pick
          label={r("offer.kind")}
          value={kind}
          options={KINDS.map((one) => [one, r(`kind.${one}`)] as const)}
          onChange={setKind}
        />
        {r("offer.now")}
      </p>
      <div aria-live="polite" data-asking={answer.isAsking || undefined}>
        {answer.value ? <Offered answer={answer.value} /> : <p class="quiet">{answer.failure || "…"}</p>}
      </div>
      {isDirty && <p class="quiet">{r("offer.asSaved")}</p>}
    </section>
  );
}

function Offered({ answer: { agent_id, text, candidates } }: { answer: OfferAnswer }) {
  const [showsAll, setShowsAll] = useState(false);
  const chosen = candidates.find((one) => one.agent_id === agent_id);
  const shown = showsAll ? candidates : candidates.slice(0, SHOWN);
  return (
    <>
      <p class="preview__answer" dir="auto">
        {chosen ? chosen.name : r("offer.nobody")}
      </p>
      {!chosen && <p dir="auto">{text}</p>}
      <ul class="candidates" aria-label={r("offer.candidates")}>
        {shown.map((one) => (
          <CandidateRow key={one.agent_id} one={one} />
        ))}
      </ul>
      {shown.length < candidates.length && (
        <button type="button" class="btn btn--link" onClick={() => setShowsAll(true)}>
          {r("offer.all", { n: candidates.length })}
        </button>
      )}
    </>
  );
}

const ICONS = { chosen: "check", possible: "dot", passed_over: "close" } as const;

function CandidateRow({ one }: { one: Candidate }) {
  return (
    <li data-verdict={one.verdict}>
      <Icon name={ICONS[one.verdict] ?? "dot"} size="s" />
      <span dir="auto">
        <span class="strong">{one.name}</span> <span class="vh">{r(`verdict.${one.verdict}`)}</span>
        <span class="quiet">{one.reason}</span>
      </span>
    </li>
  );
}
