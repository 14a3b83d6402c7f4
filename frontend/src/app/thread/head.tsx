/** The conversation's head: subject and number, its verbs, and the facts one changes in place. */

import { t } from "../../lib/i18n";
import { firstName } from "../../lib/names";
import { viewing } from "../../lib/store/live";
import { agentName, myId } from "../../lib/store/session";
import { isDone } from "../../lib/store/views";
import { snoozePresets, clock } from "../../lib/time";
import type { Conversation, Id, Priority, Status } from "../../lib/types";
import { AgentAvatar } from "../../ui/avatar";
import { Icon } from "../../ui/icons";
import { type Choice, Menu } from "../../ui/menu";
import { Ring } from "../../ui/ring";
import { reopen, resolve, setPriority, setStatus, snooze } from "../acts";
import { overlay } from "../overlay";
import { back, toggleDetails } from "../panes";
import { waitOf } from "../wait";
import { AssigneeMenu, PlaceMenu } from "./assign";
import { WorkHint } from "../routing/hint";
import { moreChoices } from "./more";

export function ThreadHead({ one }: { one: Conversation }) {
  return (
    <header class="thread__head">
      <div class="thread__bar">
        <button type="button" class="btn btn--ghost btn--icon back" aria-label={t("back.list")} onClick={back}>
          <Icon name="back" turns />
        </button>
        <h1 class="clip" dir="auto" title={one.subject}>
          {one.subject || one.contact.name}
        </h1>
        <span class="quiet thread__number">#{one.number}</span>
        <span class="push" />
        <Verbs one={one} />
      </div>
      <Facts one={one} />
    </header>
  );
}

function Verbs({ one }: { one: Conversation }) {
  return (
    <div class="btns" role="toolbar" aria-label={t("thread.verbs")}>
      <Menu
        label={t("act.snooze")}
        isIcon
        title={t("act.snooze")}
        id="snooze-menu"
        class="btn btn--ghost btn--icon"
        button={<Icon name="moon" />}
        choices={snoozeChoices(one.id)}
      />
      <Menu
        label={t("act.more")}
        isIcon
        title={t("act.more")}
        class="btn btn--ghost btn--icon"
        button={<Icon name="more" />}
        choices={moreChoices(one)}
      />
      <button
        type="button"
        class="btn btn--ghost btn--icon thread__details"
        aria-label={t("act.details")}
        title={t("act.details")}
        onClick={toggleDetails}
      >
        <Icon name="panel" turns />
      </button>
      {isDone(one) ? (
        <button type="button" class="btn" onClick={() => reopen(one.id)}>
          <Icon name="reopen" />
          <span class="btn__text">{t("act.reopen")}</span>
        </button>
      ) : (
        <button
          type="button"
          class="btn"
          aria-label={t("act.resolve")}
          title={`${t("act.resolve")} (e)`}
          onClick={() => resolve(one.id)}
        >
          <Icon name="check" />
          <span class="btn__text">{t("act.resolve")}</span>
        </button>
      )}
    </div>
  );
}

export function snoozeChoices(id: Id): Choice[] {
  const presets = snoozePresets().map(({ key, at }) => ({
    key,
    label: t(`snooze.${key}`),
    hint: clock(at.toISOString()),
    icon: "moon" as const,
    run: () => snooze(id, at),
  }));
  return [
    ...presets,
    {
      key: "pick",
      label: t("snooze.pick"),
      icon: "clock" as const,
      startsGroup: true,
      run: () => (overlay.value = "snooze"),
    },
  ];
}

function Facts({ one }: { one: Conversation }) {
  const wait = waitOf(one);
  return (
    <div class="facts">
      {wait.words && (
        <span class="fact" title={wait.title || undefined}>
          <Ring state={wait.state} share={wait.share} size="s" />
          <span class="due" data-state={wait.dueState}>
            {wait.sentence}
          </span>
        </span>
      )}
      <StatusMenu one={one} />
      <PriorityMenu one={one} />
      <AssigneeMenu one={one} />
      <PlaceMenu one={one} />
      {!isDone(one) && <WorkHint key={one.id} one={one} />}
      <Watchers id={one.id} />
    </div>
  );
}

const SETTABLE: readonly Status[] = ["open", "pending", "resolved"];

function StatusMenu({ one }: { one: Conversation }) {
  const choices = SETTABLE.map((status) => ({
    key: status,
    label: t(`status.${status}`),
    isChosen: one.status === status,
    run: () => setStatus(one.id, status),
  }));
  return (
    <Menu
      label={t("status.label")}
      class="fact fact--menu"
      choices={choices}
      button={
        <>
          {t(`status.${one.status}`)} <Icon name="down" size="s" />
        </>
      }
    />
  );
}

const PRIORITIES: readonly Priority[] = ["urgent", "high", "normal", "low"];

function PriorityMenu({ one }: { one: Conversation }) {
  const choices = PRIORITIES.map((priority) => ({
    key: priority,
    label: t(`priority.${priority}`),
    isChosen: one.priority === priority,
    run: () => setPriority(one.id, priority),
  }));
  return (
    <Menu
      label={t("priority.label")}
      class="fact fact--menu"
      id="priority-menu"
      choices={choices}
      button={
        <>
          {t(`priority.${one.priority}`)} <Icon name="down" size="s" />
        </>
      }
    />
  );
}

export function assigneeWords(id: Id | null): string {
  if (!id) return t("assignee.none");
  return id === myId.value ? t("assignee.you") : firstName(agentName(id)) || t("assignee.somebody");
}

export function AssigneeButton({ id }: { id: Id | null }) {
  return (
    <>
      <AgentAvatar id={id} size="s" /> {assigneeWords(id)} <Icon name="down" size="s" />
    </>
  );
}

function Watchers({ id }: { id: Id }) {
  const others = viewing.value.get(id) ?? [];
  if (!others.length) return null;
  const names = others.map((one) => firstName(one.name)).join(", ");
  return (
    <span class="fact fact--watch fact--wide">
      <Icon name="eye" size="s" />
      {t("viewing.names", { n: others.length, names })}
    </span>
  );
}
