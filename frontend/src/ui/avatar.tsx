/** A person in a disc: initials, whose disc is filled when it is you, and the presence shape at its foot. */

import { t } from "../lib/i18n";
import { initials } from "../lib/names";
import { agentInitials, agentName, agents, myId } from "../lib/store/session";
import type { Id, PresenceState } from "../lib/types";
import { classes } from "./classes";

interface AvatarProps {
  letters: string;
  size?: "s" | "m" | "l";
  isMe?: boolean;
  presence?: PresenceState;
}

export function Avatar({ letters, size = "m", isMe = false, presence }: AvatarProps) {
  return (
    <span class={classes("avatar", size !== "m" && `avatar--${size}`, isMe && "avatar--me")} aria-hidden="true">
      {letters}
      {presence && <Presence state={presence} />}
    </span>
  );
}

export function Presence({ state }: { state: PresenceState }) {
  return <span class="presence" data-state={state} />;
}

/** An agent's disc by id; a dashed empty one for nobody. */
export function AgentAvatar({
  id,
  size = "m",
  showPresence = false,
}: {
  id: Id | null;
  size?: "s" | "m";
  showPresence?: boolean;
}) {
  if (!id)
    return <span class={classes("avatar", size === "s" && "avatar--s", "avatar--none")} title={t("assignee.none")} />;
  const presence = showPresence ? (agents.value.get(id)?.state ?? "offline") : undefined;
  return (
    <span title={agentName(id)}>
      <Avatar letters={agentInitials(id)} size={size} isMe={id === myId.value} {...(presence ? { presence } : {})} />
    </span>
  );
}

export function ContactAvatar({ name, size = "m" }: { name: string; size?: "s" | "m" | "l" }) {
  return <Avatar letters={initials(name)} size={size} />;
}
