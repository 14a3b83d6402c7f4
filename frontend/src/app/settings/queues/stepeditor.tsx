/** What happens while somebody waits in a queue, step by step, each as a sentence. */

import { teams } from "../../../lib/store/session";
import type { Id } from "../../../lib/types";
import { Icon } from "../../../ui/icons";
import { Failure } from "../parts";
import { Duration } from "../routing/duration";
import { Pick } from "../routing/pick";
import { r } from "../routing/words";
import type { Requirement, Skill } from "../skills/data";
import { Requirements } from "../skills/levels";
import { DEEDS, type Deed, type Step, type StepProblem, deedOf, nextStep, problemsOf, withDeed } from "./steps";

interface StepsProps {
  steps: Step[];
  queueId: Id | null;
  skills: readonly Skill[];
  /** The skills that the queue asks for. */
  required: readonly Requirement[];
  /** Queues that one could move to. */
  others: readonly { id: Id; name: string }[];
  error: string | undefined;
  onChange(steps: Step[]): void;
}

export function Steps({ steps, queueId, skills, required, others, error, onChange }: StepsProps) {
  const problems = problemsOf(steps, queueId);
  return (
    <>
      {steps.length > 0 && (
        <ol class="flow" aria-label={r("steps.title")}>
          {steps.map((step, at) => (
            <StepRow
              key={at}
              at={at}
              step={step}
              problem={problems.get(at)}
              skills={skills}
              others={others}
              onChange={(next) => onChange(steps.map((one, index) => (index === at ? next : one)))}
              onRemove={() => onChange(steps.filter((_, index) => index !== at))}
            />
          ))}
        </ol>
      )}
      {error && <Failure text={error} />}
      <div class="btns">
        <button type="button" class="btn" onClick={() => onChange([...steps, nextStep(steps, required)])}>
          <Icon name="plus" size="s" />
          {r("steps.add")}
        </button>
      </div>
    </>
  );
}

interface StepRowProps extends Choices {
  at: number;
  step: Step;
  problem: StepProblem | undefined;
  onChange(step: Step): void;
  onRemove(): void;
}
type Choices = { skills: readonly Skill[]; others: readonly { id: Id; name: string }[] };

function StepRow({ at, step, problem, skills, others, onChange, onRemove }: StepRowProps) {
  const deed = deedOf(step);
  const put = (change: Partial<Step>): void => onChange({ ...step, ...change });
  return (
    <li aria-label={r("steps.nth", { place: at + 1 })}>
      <span class="flow__at">
        {r("steps.after")}
        <Duration
          label={r("steps.afterLabel", { place: at + 1 })}
          seconds={step.after}
          units={["seconds", "minutes", "hours"]}
          onChange={(after) => put({ after: after ?? 0 })}
        />
      </span>
      <span class="flow__rail" />
      <div class="flow__what">
        <Pick
          label={r("steps.deed", { place: at + 1 })}
          value={deed}
          options={DEEDS.map((one) => [one, r(`steps.${one}`)] as const)}
          onChange={(next) => onChange(withDeed(step, next as Deed))}
        />
        {deed === "requirements" && (
          <Requirements
            label={r("steps.requirements")}
            requirements={step.requirements ?? []}
            skills={skills}
            onChange={(requirements) => put({ requirements })}
          />
        )}
        {deed === "requirements" && !step.requirements?.length && <span class="quiet">{r("steps.noSkills")}</span>}
        {deed === "team" && (
          <Pick
            label={r("steps.team")}
            value={step.team ?? ""}
            options={[["", r("choose")], ...teams.value.map(({ id, name }) => [id, name] as const)]}
            isInvalid={problem === "steps.noTeam"}
            onChange={(team) => put({ team })}
          />
        )}
        {deed === "queue" && (
          <Pick
            label={r("steps.queue")}
            value={step.queue ?? ""}
            options={[["", r("choose")], ...others.map(({ id, name }) => [id, name] as const)]}
            isInvalid={problem === "steps.noQueue"}
            onChange={(queue) => put({ queue })}
          />
        )}
        {deed === "priority" && (
          <Pick
            label={r("steps.priority")}
            value={step.priority ?? "high"}
            options={(["normal", "high", "urgent"] as const).map((one) => [one, r(`priority.${one}`)] as const)}
            onChange={(priority) => put({ priority })}
          />
        )}
        {deed === "to" && (
          <Pick
            label={r("steps.to")}
            value={step.to ?? "email"}
            options={(["email", "voicemail"] as const).map((one) => [one, r(`steps.to.${one}`)] as const)}
            onChange={(to) => put({ to })}
          />
        )}
        <Pick
          label={r("steps.when", { place: at + 1 })}
          value={step.when === "closed" ? "closed" : step.skip_if_nobody ? "nobody" : "always"}
          options={(["always", "nobody", "closed"] as const).map((one) => [one, r(`steps.when.${one}`)] as const)}
          onChange={(when) => {
            const { when: _when, skip_if_nobody: _skip, ...rest } = step;
            onChange({
              ...rest,
              ...(when === "closed" ? { when: "closed" as const } : {}),
              ...(when === "nobody" ? { skip_if_nobody: true } : {}),
            });
          }}
        />
        {problem && <Failure text={r(problem)} />}
      </div>
      <button
        type="button"
        class="btn btn--ghost btn--icon"
        aria-label={r("steps.remove", { place: at + 1 })}
        title={r("steps.remove", { place: at + 1 })}
        onClick={onRemove}
      >
        <Icon name="close" size="s" />
      </button>
    </li>
  );
}
