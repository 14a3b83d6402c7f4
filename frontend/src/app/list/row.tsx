/** One conversation in the list, 76 px high: ring, name and age; last line and unread; queue, channels, wait, assignee. */

import { useComputed } from "@preact/signals";
import { memo } from "preact/compat";
import { t } from "../../lib/i18n";
import { firstName } from "../../lib/names";
import { conversation } from "../../lib/store/conversations";
import { typing, viewing } from "../../lib/store/live";
import { agentName, myId, queueName } from "../../lib/store/session";
import { age, exact } from "../../lib/time";
import type { Conversation, Id } from "../../lib/types";
import { AgentAvatar } from "../../ui/avatar";
import { classes } from "../../ui/classes";
import { Icon, iconOfKind } from "../../ui/icons";
import { Ring } from "../../ui/ring";
import { Typing } from "../../ui/typing";
import { channelName } from "../channels";
import { type Wait, waitOf } from "../wait";

interface RowProps {
  id: Id;
  position: number;
  /** How many rows there are in all, -1 where nobody knows. */
  total: number;
  isOpen: boolean;
  onOpen(id: Id): void;
}

export const Row = memo(function Row({ id, position, total, isOpen, onOpen }: RowProps) {
  const one = conversation(id)?.value;
  if (!one) return null;
  const unread = one.unread ?? 0;
  const wait = waitOf(one);
  const [channel] = one.channels;
  const ringLabel = [channel && channelName(channel.kind), wait.sentence].filter(Boolean).join(", ");
  return (
    <div
      class={classes("row", unread > 0 && "row--unread")}
      role="option"
      id={`row-${id}`}
      aria-selected={isOpen}
      aria-setsize={total}
      aria-posinset={position}
      data-number={one.number}
      onClick={() => onOpen(id)}
    >
      <Ring state={wait.state} share={wait.share} icon={iconOfKind(channel?.kind)} label={ringLabel} />
      <div class="row__body">
        <div class="row__line">
          <span class="row__name clip" dir="auto">
            {one.contact.name || one.contact.email || one.contact.phone || t("contact.unknown")}
          </span>
          <Watched id={id} />
          <time class="row__age" dateTime={one.last_activity_at} title={exact(one.last_activity_at)}>
            {age(one.last_activity_at)}
          </time>
        </div>
        <div class="row__line row__last">
          <LastLine one={one} />
          {unread > 0 && (
            <span class="row__end">
              <span class="badge">
                <span aria-hidden="true">{unread > 99 ? "99+" : unread}</span>
                <span class="vh">{t("row.unread", { n: unread })}</span>
              </span>
            </span>
          )}
        </div>
        <Meta one={one} wait={wait} />
      </div>
    </div>
  );
});

function Watched({ id }: { id: Id }) {
  const watchers = useComputed(() => viewing.value.get(id) ?? []).value;
  if (!watchers.length) return null;
  const names = watchers.map((one) => firstName(one.name)).join(", ");
  return (
    <span class="row__watch" title={t("viewing.names", { n: watchers.length, names })}>
      <Icon name="eye" size="s" />
      <span class="vh">{t("viewing.names", { n: watchers.length, names })}</span>
    </span>
  );
}

function LastLine({ one }: { one: Conversation }) {
  const writers = useComputed(() => typing.value.get(one.id) ?? []).value;
  const [writer] = writers;
  if (writer) return <Typing text={t("typing.one", { name: firstName(writer.name) })} />;
  const text = one.preview || one.subject;
  return (
    <>
      {one.subject && <span class="vh">{one.subject}</span>}
      {one.last_direction === "outbound" && <b>{sender(one)}</b>}
      <span class="clip" dir="auto" title={one.subject || undefined}>
        {text}
      </span>
    </>
  );
}

/** Who of us wrote the last line: the viewer, or a colleague by first name. */
function sender(one: Conversation): string {
  const name = agentName(one.last_agent_id);
  return one.last_agent_id === myId.value || !name ? t("row.us") : `${firstName(name)}:`;
}

function Meta({ one, wait }: { one: Conversation; wait: Wait }) {
  const others = one.channels.slice(1, 4);
  const queue = queueName(one.queue_id);
  return (
    <div class="row__line row__meta">
      {queue && <span class="clip">{queue}</span>}
      {others.map((channel) => (
        <Icon key={channel.id} name={iconOfKind(channel.kind)} size="s" />
      ))}
      {(one.priority === "high" || one.priority === "urgent") && (
        <span class="row__flag" title={t(`priority.${one.priority}`)}>
          <Icon name="flag" size="s" />
          <span class="vh">{t(`priority.${one.priority}`)}</span>
        </span>
      )}
      <span class="row__end">
        {wait.words && (
          <span class="due" data-state={wait.dueState} title={wait.title || undefined}>
            {wait.words}
          </span>
        )}
        <AgentAvatar id={one.assignee_id} size="s" />
      </span>
    </div>
  );
}
