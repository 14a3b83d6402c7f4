/** Handing a conversation on: to an agent with a look at how busy they are, to a team or to a queue, with a note. */

import { useEffect, useRef, useState } from "preact/hooks";
import { score } from "../../lib/fuzzy";
import { t } from "../../lib/i18n";
import { initials } from "../../lib/names";
import { agents, myId, queues, teams } from "../../lib/store/session";
import { work } from "../../lib/store/work";
import { stateWords } from "./state";
import type { Agent, Conversation, Id } from "../../lib/types";
import { Avatar } from "../../ui/avatar";
import { Dialog } from "../../ui/dialog";
import { Icon } from "../../ui/icons";
import { current } from "../current";
import { closeOverlay } from "../overlay";
import { LoadBar } from "./load";
import { skillsInWords } from "./skills";
import { type Target, nameOf, transfer } from "./acts";

interface Option extends Target {
  name: string;
  agent?: Agent;
}

const RANK = { online: 0, busy: 1, away: 2, offline: 3 };

export function TransferDialog() {
  const one = current.value;
  return one ? <Transfer key={one.id} one={one} /> : null;
}

function Transfer({ one }: { one: Conversation }) {
  const [needle, setNeedle] = useState("");
  const [at, setAt] = useState(0);
  const [note, setNote] = useState("");
  const [chosen, setChosen] = useState<Option | null>(null);
  const list = useRef<HTMLUListElement>(null);
  const options = matching(needle, optionsFor(one));
  const active = Math.min(at, options.length - 1);
  useEffect(() => {
    list.current?.querySelector("[data-active]")?.scrollIntoView({ block: "nearest" });
  }, [active]);

  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    const target = chosen ?? options[active];
    if (!target) return;
    closeOverlay();
    transfer(one.id, { kind: target.kind, id: target.id }, note.trim());
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    setChosen(null);
    setAt((active + step + options.length) % Math.max(1, options.length));
  };
  const target = chosen ?? options[active];
  const isTarget = (option: Option): boolean => option.id === target?.id && option.kind === target.kind;
  return (
    <Dialog title={t("transfer.title", { number: `#${one.number}` })} lead={t("transfer.lead")} onClose={closeOverlay}>
      <form onSubmit={submit}>
        <div class="dialog__body">
          <div class="transfer">
            <input
              class="input"
              type="text"
              role="combobox"
              autofocus
              autocomplete="off"
              aria-label={t("transfer.to")}
              placeholder={t("transfer.to")}
              aria-expanded="true"
              aria-controls="transfer-list"
              aria-activedescendant={target && `transfer-${target.kind}-${target.id}`}
              value={needle}
              onInput={(event) => (setNeedle(event.currentTarget.value), setAt(0), setChosen(null))}
              onKeyDown={onKeyDown}
            />
            <ul id="transfer-list" ref={list} class="transfer__list" role="listbox" aria-label={t("transfer.to")}>
              {options.map((option) => (
                <li
                  key={`${option.kind}-${option.id}`}
                  id={`transfer-${option.kind}-${option.id}`}
                  role="option"
                  aria-selected={isTarget(option)}
                  class="menu__choice transfer__choice"
                  data-active={isTarget(option) || undefined}
                  onClick={() => setChosen(option)}
                  onDblClick={(event) => event.currentTarget.closest("form")?.requestSubmit()}
                >
                  <Face option={option} />
                  <span class="transfer__who">
                    <span class="clip" dir="auto">
                      {option.name}
                    </span>
                    <small>{aboutOf(option)}</small>
                  </span>
                  {option.agent?.capacity && <LoadBar {...option.agent.capacity} />}
                </li>
              ))}
            </ul>
            {!options.length && <p class="menu__none">{t("menu.none")}</p>}
          </div>
          {target?.agent && <Particulars agent={target.agent} conversation={one.id} />}
          <label class="field">
            <span>{t("transfer.note")}</span>
            <textarea
              class="input"
              rows={2}
              dir="auto"
              maxLength={4_000}
              value={note}
              onInput={(event) => setNote(event.currentTarget.value)}
              onKeyDown={(event) => {
                if (event.key === "Enter" && (event.ctrlKey || event.metaKey))
                  event.currentTarget.form?.requestSubmit();
              }}
            />
          </label>
        </div>
        <div class="dialog__foot">
          <button type="submit" class="btn btn--primary btn--large" disabled={!target}>
            {target ? t("transfer.send", { name: nameOf(target) }) : t("transfer.title", { number: `#${one.number}` })}
          </button>
          <button type="button" class="btn btn--large" onClick={closeOverlay}>
            {t("act.cancel")}
          </button>
        </div>
      </form>
    </Dialog>
  );
}

function Face({ option }: { option: Option }) {
  const { agent, kind, name } = option;
  if (!agent) return <Icon name={kind === "team" ? "users" : "layers"} />;
  return <Avatar letters={agent.initials || initials(name)} size="s" presence={agent.state} />;
}

/** How busy the chosen one is, and what they can do. */
function Particulars({ agent, conversation }: { agent: Agent; conversation: Id }) {
  const wanted = work(conversation).value?.requirements ?? [];
  const words = [
    agent.capacity && t("load.of", { used: agent.capacity.used, total: agent.capacity.total }),
    agent.skills && (agent.skills.length ? skillsInWords(agent.skills, wanted) : t("skill.none")),
  ].filter(Boolean);
  if (!words.length) return null;
  return (
    <p class="transfer__about" role="status">
      {words.join(" · ")}
    </p>
  );
}

const aboutOf = ({ kind, agent }: Option): string =>
  agent ? stateWords(agent) : t(kind === "team" ? "transfer.team" : "transfer.queue");

/** Colleagues by who is here and has room, then the queues and teams that do not have it yet. */
function optionsFor(one: Conversation): Option[] {
  const others = [...agents.value.values()].filter((agent) => agent.name && agent.id !== one.assignee_id);
  const spare = (agent: Agent): number => (agent.capacity ? agent.capacity.total - agent.capacity.used : 0);
  others.sort((a, b) => RANK[a.state] - RANK[b.state] || spare(b) - spare(a) || a.name.localeCompare(b.name));
  const place =
    (kind: Target["kind"], here: Id | null) =>
    (row: { id: Id; name: string }): Option[] =>
      row.id === here ? [] : [{ kind, id: row.id, name: row.name }];
  return [
    ...others
      .filter((agent) => agent.id !== myId.value)
      .map((agent) => ({
        kind: "agent" as const,
        id: agent.id,
        name: agent.name,
        agent,
      })),
    ...queues.value.flatMap(place("queue", one.assignee_id ? null : one.queue_id)),
    ...teams.value.flatMap(place("team", one.assignee_id ? null : one.team_id)),
  ];
}

function matching(needle: string, options: readonly Option[]): Option[] {
  const wanted = needle.trim();
  if (!wanted) return [...options];
  const scored = options.map((option) => ({ option, points: score(wanted, option.name) }));
  return scored
    .filter(({ points }) => points > 0)
    .sort((a, b) => b.points - a.points)
    .map(({ option }) => option);
}
