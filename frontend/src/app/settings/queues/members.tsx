/** Who takes work from a queue: everybody, or the agents and teams that are named. */

import { agents, teams } from "../../../lib/store/session";
import { Failure } from "../parts";
import { Caution } from "../routing/parts";
import { Picks } from "../routing/pick";
import { r } from "../routing/words";
import type { QueueDraft } from "./data";

interface MembersProps {
  value: QueueDraft;
  error: string | undefined;
  put(change: Partial<QueueDraft>): void;
}

export function Members({ value, error, put }: MembersProps) {
  const { is_open_to_all, team_id, member_ids, member_team_ids } = value;
  const chosenTeams = [...new Set([...(team_id ? [team_id] : []), ...member_team_ids])];
  const people = [...agents.value.values()].filter((one) => one.name).sort((a, b) => a.name.localeCompare(b.name));
  const isNobody = !is_open_to_all && !chosenTeams.length && !member_ids.length;
  const remove = (key: string): void =>
    put({
      member_ids: member_ids.filter((id) => id !== key),
      member_team_ids: member_team_ids.filter((id) => id !== key),
      ...(key === team_id ? { team_id: null } : {}),
    });
  return (
    <>
      <fieldset class="radios">
        <legend class="vh">{r("members.title")}</legend>
        <label>
          <input type="radio" name="members" checked={is_open_to_all} onChange={() => put({ is_open_to_all: true })} />
          <span>{r("members.all")}</span>
        </label>
        <label>
          <input
            type="radio"
            name="members"
            checked={!is_open_to_all}
            onChange={() => put({ is_open_to_all: false })}
          />
          <span>{r("members.some")}</span>
        </label>
      </fieldset>
      {!is_open_to_all && (
        <Picks
          label={r("members.chosen")}
          addLabel={r("members.add")}
          picked={[
            ...teams.value
              .filter((one) => chosenTeams.includes(one.id))
              .map((one) => ({ key: one.id, label: one.name, icon: "users" as const })),
            ...people
              .filter((one) => member_ids.includes(one.id))
              .map((one) => ({ key: one.id, label: one.name, icon: "user" as const })),
          ]}
          choices={[
            ...teams.value
              .filter((one) => !chosenTeams.includes(one.id))
              .map((one) => ({
                key: one.id,
                label: one.name,
                icon: "users" as const,
                run: () => put({ member_team_ids: [...member_team_ids, one.id] }),
              })),
            ...people
              .filter((one) => !member_ids.includes(one.id))
              .map((one, at) => ({
                key: one.id,
                label: one.name,
                icon: "user" as const,
                startsGroup: at === 0,
                run: () => put({ member_ids: [...member_ids, one.id] }),
              })),
          ]}
          onRemove={remove}
        />
      )}
      {isNobody && <Caution text={r("members.nobody")} />}
      {error && <Failure text={error} />}
    </>
  );
}
