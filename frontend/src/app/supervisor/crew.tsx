/** Agents by what they do, with the time in their state, their load, and what they are on. */

import { count, t } from "../../lib/i18n";
import { initials } from "../../lib/names";
import { stateReasons } from "../../lib/store/session";
import type { PresenceState } from "../../lib/types";
import { Avatar, Presence } from "../../ui/avatar";
import { Icon } from "../../ui/icons";
import { type Choice, Menu } from "../../ui/menu";
import { setState } from "./acts";
import { Age } from "./age";
import { drill } from "./drilling";
import { type Crew as Group, crewOf, grouped } from "./fold";
import { toConversation } from "./links";
import { Cap, KindIcon } from "./parts";
import type { BoardAgent } from "./shapes";
import { shownAgents } from "./store";
import { w } from "./words";

const GROUPS: readonly { group: Group; shape: PresenceState }[] = [
  { group: "call", shape: "busy" },
  { group: "work", shape: "busy" },
  { group: "free", shape: "online" },
  { group: "away", shape: "away" },
];

export function Crew() {
  const agents = shownAgents.value;
  const groups = grouped(agents, crewOf);
  const off = groups.get("offline") ?? [];
  const here = agents.length - off.length;
  return (
    <section aria-labelledby="board-crew">
      <Cap
        id="board-crew"
        title={w("crew")}
        note={w("crew.note", { n: here, free: count(groups.get("free")?.length ?? 0) })}
      />
      <div class="crew">
        {GROUPS.map(({ group, shape }) => (
          <section key={group} class="crew__group">
            <h3>
              <Presence state={shape} />
              {w(`crew.${group}`)}
              <span class="count push">{count(groups.get(group)?.length ?? 0)}</span>
            </h3>
            <ul>
              {(groups.get(group) ?? []).map((agent) => (
                <Mate key={agent.id} agent={agent} />
              ))}
            </ul>
          </section>
        ))}
      </div>
      {off.length > 0 && (
        <details class="crew__off">
          <summary>
            <Icon name="down" size="s" /> {w("crew.offline", { n: off.length })}
          </summary>
          <div class="crew">
            <ul class="crew__row">
              {off.map((agent) => (
                <Mate key={agent.id} agent={agent} />
              ))}
            </ul>
          </div>
        </details>
      )}
    </section>
  );
}

function Mate({ agent }: { agent: BoardAgent }) {
  return (
    <li class="mate">
      <Avatar letters={initials(agent.name)} presence={agent.state} />
      <span class="clip mate__name" dir="auto" title={agent.name}>
        {agent.name}
      </span>
      <Age since={agent.since} class="mate__time" />
      <Menu
        label={w("crew.menu", { name: agent.name })}
        isIcon
        class="btn btn--ghost btn--icon mate__menu"
        button={<Icon name="more" />}
        choices={choices(agent)}
      />
      <span class="mate__work">
        <Doing agent={agent} />
      </span>
    </li>
  );
}

function Doing({ agent }: { agent: BoardAgent }) {
  const [first, ...others] = agent.work;
  const held = Object.keys(agent.unavailable).length > 0;
  if (!first) {
    const words = held ? w("crew.missed") : agent.reason || t(`presence.${agent.state}`);
    return (
      <span class="clip" title={words} data-missed={held ? "" : undefined}>
        {words}
      </span>
    );
  }
  if (!others.length) {
    return (
      <>
        <KindIcon kind={first.kind} />
        <a
          class="clip"
          dir="auto"
          href={`/inbox/open/${first.number}`}
          title={first.subject}
          onClick={toConversation(first)}
        >
          {first.state === "offered" && `${w("crew.rings")} `}
          {first.contact || first.subject} #{first.number}
        </a>
        <span class="mate__load num">{w("act.load", { n: agent.load })}</span>
      </>
    );
  }
  const kinds = [...grouped(agent.work, (work) => work.kind)];
  return (
    <>
      <button type="button" class="btn btn--link mate__many" onClick={() => drill({ agent: agent.id })}>
        {kinds.map(([kind, works]) => (
          <span key={kind}>
            <KindIcon kind={kind} /> {count(works.length)}
          </span>
        ))}
      </button>
      <span class="mate__load num">{w("act.load", { n: agent.load })}</span>
    </>
  );
}

const STATES: readonly PresenceState[] = ["online", "away", "busy", "offline"];

function choices(agent: BoardAgent): Choice[] {
  const reasons = stateReasons.value;
  return [
    ...STATES.map((state) => ({
      key: state,
      label: t(`presence.${state}`),
      lead: <Presence state={state} />,
      isChosen: agent.state === state && !agent.reason,
      run: () => void setState(agent, state),
    })),
    ...reasons.map((reason, at) => ({
      key: reason.id,
      label: reason.name,
      hint: t(`presence.${reason.state}`),
      lead: <Presence state={reason.state} />,
      startsGroup: at === 0,
      isChosen: agent.state === reason.state && agent.reason === reason.name,
      run: () => void setState(agent, reason.state, reason.name),
    })),
    ...(agent.work.length
      ? [
          {
            key: "work",
            label: w("crew.open", { n: agent.work.length }),
            icon: "talk" as const,
            startsGroup: true,
            run: () => drill({ agent: agent.id }),
          },
        ]
      : []),
  ];
}
