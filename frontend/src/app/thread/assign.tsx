/** Who has the conversation, and in which queue and team it lies. */

import { t } from "../../lib/i18n";
import { initials } from "../../lib/names";
import { agents, myId, queueName, queues, teamName, teams } from "../../lib/store/session";
import type { Agent, Conversation } from "../../lib/types";
import { Avatar } from "../../ui/avatar";
import { Icon } from "../../ui/icons";
import { type Choice, Menu } from "../../ui/menu";
import { assign, moveToQueue, moveToTeam } from "../acts";
import { overlay } from "../overlay";
import { take } from "../routing/acts";
import { stateName } from "../routing/state";
import { AssigneeButton } from "./head";

const RANK = { online: 0, busy: 1, away: 2, offline: 3 };

const transferChoice = (): Choice => ({
  key: "transfer",
  label: t("transfer.open"),
  hint: "Shift T",
  icon: "forward",
  startsGroup: true,
  run: () => (overlay.value = "transfer"),
});

/** Me first, then nobody, then the others by who is here. */
export function assigneeChoices(one: Conversation): Choice[] {
  const others = [...agents.value.values()].filter((agent) => agent.id !== myId.value && agent.name);
  others.sort((a, b) => RANK[a.state] - RANK[b.state] || a.name.localeCompare(b.name));
  const mine = agents.value.get(myId.value);
  const choice = (agent: Agent, label: string): Choice => ({
    key: agent.id,
    label,
    hint: stateName(agent),
    isChosen: one.assignee_id === agent.id,
    lead: (
      <Avatar
        letters={agent.initials || initials(agent.name)}
        size="s"
        isMe={agent.id === myId.value}
        presence={agent.state}
      />
    ),
    run: () => (agent.id === myId.value ? take(one.id) : assign(one.id, agent.id)),
  });
  return [
    ...(mine ? [choice(mine, t("assignee.toMe"))] : []),
    {
      key: "none",
      label: t("assignee.none"),
      isChosen: one.assignee_id === null,
      lead: <span class="avatar avatar--s avatar--none" />,
      run: () => assign(one.id, null),
    },
    ...others.map((agent, at) => ({ ...choice(agent, agent.name), startsGroup: at === 0 })),
    transferChoice(),
  ];
}

export function AssigneeMenu({ one }: { one: Conversation }) {
  return (
    <Menu
      label={t("assignee.label")}
      class="fact fact--menu"
      id="assign-menu"
      button={<AssigneeButton id={one.assignee_id} />}
      choices={assigneeChoices(one)}
    />
  );
}

/** Queue and team in one menu: both say where the conversation lies. */
export function PlaceMenu({ one }: { one: Conversation }) {
  const choices: Choice[] = [
    ...queues.value.map((queue) => ({
      key: `q-${queue.id}`,
      label: queue.name,
      icon: "layers" as const,
      isChosen: one.queue_id === queue.id,
      run: () => moveToQueue(one.id, queue.id),
    })),
    ...teams.value.map((team, at) => ({
      key: `t-${team.id}`,
      label: team.name,
      icon: "users" as const,
      startsGroup: at === 0,
      isChosen: one.team_id === team.id,
      run: () => moveToTeam(one.id, one.team_id === team.id ? null : team.id),
    })),
    transferChoice(),
  ];
  const name = queueName(one.queue_id) || teamName(one.team_id) || t("queue.none");
  return (
    <Menu
      label={t("queue.label")}
      class="fact fact--menu fact--wide"
      id="team-menu"
      choices={choices}
      button={
        <>
          <Icon name="layers" size="s" />
          {name} <Icon name="down" size="s" />
        </>
      }
    />
  );
}
