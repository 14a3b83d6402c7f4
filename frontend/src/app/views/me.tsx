/** Who is signed in, with the menu of presence, language of the keys, and the way out. */

import { t } from "../../lib/i18n";
import { areSingleKeysOn } from "../../lib/store/prefs";
import { openSettings } from "../../lib/store/route";
import { agentInitials, me, myId, myState } from "../../lib/store/session";
import type { PresenceState } from "../../lib/types";
import { initials } from "../../lib/names";
import { Avatar, Presence } from "../../ui/avatar";
import { Icon } from "../../ui/icons";
import { type Choice, Menu } from "../../ui/menu";
import { connection, setPresence, wasReady } from "../line";
import { overlay } from "../overlay";
import { signOut } from "../signout";

const STATES: readonly PresenceState[] = ["online", "away", "busy", "offline"];

export function Me() {
  const who = me.value;
  if (!who) return <div class="me" />;
  const isLost = wasReady.value && connection.value !== "ready";
  const state = isLost ? "offline" : myState.value;
  const words = isLost ? t("presence.reconnecting") : t(`presence.${state}`);
  return (
    <div class="me">
      <Menu
        label={t("me.label")}
        class="me__who"
        id="presence-menu"
        choices={choices()}
        button={
          <>
            <Avatar letters={agentInitials(myId.value) || initials(who.user.name)} isMe presence={state} />
            <span class="me__words">
              <span class="strong clip">{who.user.name}</span>
              <small>
                {words} <Icon name="down" size="s" />
              </small>
            </span>
          </>
        }
      />
      <p class="me__where clip">{who.organization.name}</p>
    </div>
  );
}

function choices(): Choice[] {
  return [
    ...STATES.map((state) => ({
      key: state,
      label: t(`presence.${state}`),
      lead: <Presence state={state} />,
      isChosen: myState.value === state,
      run: () => setPresence(state),
    })),
    {
      key: "keys",
      label: t("shortcuts.title"),
      icon: "keyboard" as const,
      hint: "?",
      startsGroup: true,
      run: () => (overlay.value = "shortcuts"),
    },
    {
      key: "singles",
      label: t("shortcuts.single"),
      icon: "bolt" as const,
      isChosen: areSingleKeysOn.value,
      run: () => (areSingleKeysOn.value = !areSingleKeysOn.value),
    },
    { key: "settings", label: t("settings.title"), icon: "settings" as const, run: () => openSettings() },
    { key: "leave", label: t("me.signOut"), icon: "leave" as const, startsGroup: true, run: signOut },
  ];
}
