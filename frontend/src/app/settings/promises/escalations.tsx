/** Escalations: when a promise nears or passes its moment, what happens, each step as a sentence. */

import { Icon } from "../../../ui/icons";
import { Failure } from "../parts";
import { Duration } from "../routing/duration";
import { Pick } from "../routing/pick";
import { r } from "../routing/words";
import type { Vocabulary } from "../conditions/vocabulary";
import { DeedsEditor } from "../rules/deeds";
import { CLOCKS, type Clock, type Escalation } from "./data";
import { MISSED, nextEscalation } from "./targets";

interface EscalationsProps {
  steps: Escalation[];
  vocabulary: Vocabulary;
  error: string | undefined;
  onChange(steps: Escalation[]): void;
}

export function Escalations({ steps, vocabulary, error, onChange }: EscalationsProps) {
  return (
    <>
      {steps.length > 0 && (
        <ol class="flow" aria-label={r("escalations.title")}>
          {steps.map((step, at) => (
            <StepRow
              key={step.id ?? at}
              place={at + 1}
              step={step}
              vocabulary={vocabulary}
              onChange={(next) => onChange(steps.map((one, index) => (index === at ? next : one)))}
              onRemove={() => onChange(steps.filter((_, index) => index !== at))}
            />
          ))}
        </ol>
      )}
      {error && <Failure text={error} />}
      <div class="btns">
        <button type="button" class="btn" onClick={() => onChange([...steps, withText(nextEscalation(steps))])}>
          <Icon name="plus" size="s" />
          {r("escalations.add")}
        </button>
      </div>
    </>
  );
}

/** With a first text, so that what is told says something. */
const withText = (step: Escalation): Escalation => ({
  ...step,
  actions: step.actions.map((one) => (one.do === "notify" ? { ...one, text: r("escalations.notice") } : one)),
});

interface StepRowProps {
  place: number;
  step: Escalation;
  vocabulary: Vocabulary;
  onChange(step: Escalation): void;
  onRemove(): void;
}

function StepRow({ place, step, vocabulary, onChange, onRemove }: StepRowProps) {
  const put = (change: Partial<Escalation>): void => onChange({ ...step, ...change });
  return (
    <li aria-label={r("steps.nth", { place })}>
      <span class="flow__at">
        <When step={step} place={place} put={put} />
      </span>
      <span class="flow__rail" />
      <div class="flow__what">
        <Pick
          label={r("escalations.clock", { place })}
          value={step.clock}
          options={[["", r("escalations.anyClock")], ...CLOCKS.map((one) => [one, r(`clock.${one}`)] as const)]}
          onChange={(clock) => put({ clock: clock as Clock | "" })}
        />
        <DeedsEditor
          deeds={step.actions}
          vocabulary={vocabulary}
          place="rule"
          onChange={(actions) => put({ actions })}
        />
      </div>
      <button
        type="button"
        class="btn btn--ghost btn--icon"
        aria-label={r("steps.remove", { place })}
        title={r("steps.remove", { place })}
        onClick={onRemove}
      >
        <Icon name="close" size="s" />
      </button>
    </li>
  );
}

interface WhenProps {
  step: Escalation;
  place: number;
  put(change: Partial<Escalation>): void;
}

/** "at 75 % of the time", "30 minutes before it is due", "when it is missed". */
function When({ step, place, put }: WhenProps) {
  const shown = step.when === "percent" && step.value === MISSED ? "due" : step.when;
  const choose = (next: string): void => {
    if (next === "percent") put({ when: "percent", value: 75 });
    else if (next === "due") put({ when: "percent", value: MISSED });
    else put({ when: next as "before" | "after", value: 1_800 });
  };
  return (
    <>
      {shown === "percent" && (
        <input
          class="input input--short"
          type="number"
          min="1"
          max="1000"
          aria-label={r("escalations.percentOf", { place })}
          value={step.value}
          onInput={(event) => put({ value: Math.round(Number(event.currentTarget.value)) })}
        />
      )}
      {(shown === "before" || shown === "after") && (
        <Duration
          label={r("escalations.distance", { place })}
          seconds={step.value}
          units={["minutes", "hours", "days"]}
          onChange={(value) => put({ value: value ?? 0 })}
        />
      )}
      <Pick
        label={r("escalations.when", { place })}
        value={shown}
        options={(["percent", "before", "due", "after"] as const).map((one) => [one, r(`escalations.${one}`)] as const)}
        onChange={choose}
      />
    </>
  );
}
