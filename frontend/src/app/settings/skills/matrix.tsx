/** Agents and skills as a grid: levels by number keys or by a pointer, saved as they are set. */

import { useRef, useState } from "preact/hooks";
import { reasonOf } from "../../../lib/store/reason";
import { say } from "../../../lib/store/toasts";
import type { Id } from "../../../lib/types";
import { Empty } from "../../../ui/empty";
import { Icon } from "../../../ui/icons";
import { Failure, Waiting, fieldErrors } from "../parts";
import { useFresh } from "../routing/fresh";
import { r } from "../routing/words";
import {
  type AgentAtWork,
  type Levels,
  type Skill,
  createSkill,
  levelsOf,
  loadAgents,
  loadSkills,
  setLevels,
} from "./data";
import { Grid } from "./grid";

interface Everything {
  people: AgentAtWork[];
  skills: Skill[];
}

async function loadEverything(): Promise<Everything> {
  const [people, skills] = await Promise.all([loadAgents(), loadSkills()]);
  return { people, skills };
}

const NONE: Record<Id, number> = {};

export function MatrixTab() {
  const [loaded, reload] = useFresh(loadEverything, "levels", ["skill", "agent_skills"]);
  if (loaded.state !== "ready") return <Waiting of={loaded} retry={() => void reload()} />;
  const { people, skills } = loaded.value;
  return <Matrix people={people} skills={skills} stored={levelsOf(people)} reload={reload} />;
}

interface MatrixProps {
  people: readonly AgentAtWork[];
  skills: readonly Skill[];
  stored: Levels;
  reload(): Promise<void>;
}

function Matrix({ people, skills, stored, reload }: MatrixProps) {
  const [needle, setNeedle] = useState("");
  const [changed, setChanged] = useState<Levels>({});
  const waiting = useRef(new Map<Id, Promise<unknown>>());
  const levels = (id: Id): Record<Id, number> => changed[id] ?? stored[id] ?? NONE;
  const found = people.filter((one) => one.name.toLocaleLowerCase().includes(needle.trim().toLocaleLowerCase()));
  /** Shown at once; changes of one agent go out one after the other, and come back where the hub refuses. */
  const set = (agent: AgentAtWork, skill: Skill, level: number): void => {
    const before = levels(agent.id);
    const next = { ...before };
    if (level) next[skill.id] = level;
    else delete next[skill.id];
    setChanged((old) => ({ ...old, [agent.id]: next }));
    const turn = (waiting.current.get(agent.id) ?? Promise.resolve())
      .then(() => setLevels(agent.id, next))
      .catch((error: unknown) => {
        setChanged((old) => (old[agent.id] === next ? { ...old, [agent.id]: before } : old));
        say(r("notSaved", { reason: reasonOf(error) }));
      });
    waiting.current.set(agent.id, turn);
  };
  return (
    <>
      <div class="matrix__head">
        <NewSkill onMade={reload} />
        {people.length > 8 && (
          <input
            class="input"
            type="search"
            aria-label={r("matrix.search")}
            placeholder={r("matrix.search")}
            value={needle}
            onInput={(event) => setNeedle(event.currentTarget.value)}
          />
        )}
      </div>
      {skills.length ? (
        <>
          <Grid people={found} skills={skills} levels={levels} set={set} reload={reload} />
          <p class="quiet">{r("matrix.hint")}</p>
        </>
      ) : (
        <Empty title={r("matrix.none")} text={r("matrix.noneText")} />
      )}
    </>
  );
}

function NewSkill({ onMade }: { onMade(): Promise<void> }) {
  const [name, setName] = useState("");
  const [failure, setFailure] = useState("");
  const add = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    if (!name.trim()) return;
    try {
      await createSkill(name.trim());
      setName("");
      setFailure("");
      await onMade();
    } catch (error) {
      setFailure(Object.values(fieldErrors(error)).join(" ") || reasonOf(error));
    }
  };
  return (
    <form class="addline" noValidate onSubmit={(event) => void add(event)}>
      <span class="input-row">
        <input
          class="input"
          dir="auto"
          aria-label={r("matrix.new")}
          placeholder={r("matrix.newExample")}
          aria-invalid={failure ? "true" : undefined}
          value={name}
          onInput={(event) => setName(event.currentTarget.value)}
        />
        <button type="submit" class="btn btn--large" disabled={!name.trim()}>
          <Icon name="plus" size="s" />
          {r("matrix.add")}
        </button>
      </span>
      {failure && <Failure text={failure} />}
    </form>
  );
}
