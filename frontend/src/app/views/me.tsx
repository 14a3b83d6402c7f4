/** Who is signed in, with the menu of presence, language of the keys, and the way out. */

import { t } from "../../lib/i18n";
import { myCapacity, myReason, myStateSince, notAnswering } from "../../lib/store/capacity";
import { areNoticesOn, areSingleKeysOn, isSoundOn } from "../../lib/store/prefs";
import { openSettings } from "../../lib/store/route";
import { agentInitials, agents, chooseReturn, me, myId, myState, stateReasons } from "../../lib/store/session";
import { reasonOf } from "../../lib/store/reason";
import { say } from "../../lib/store/toasts";
import type { PresenceState } from "../../lib/types";
import { initials } from "../../lib/names";
import { Avatar, Presence } from "../../ui/avatar";
import { Icon } from "../../ui/icons";
import { type Choice, Menu } from "../../ui/menu";
import { connection, comeBack, setPresence, wasReady } from "../line";
import { allowNotices } from "../offers/ring";
import { classWord } from "../offers/words";
import { overlay } from "../overlay";
import { signOut } from "../signout";
import { LoadBar } from "../routing/load";
import { stateWords } from "../routing/state";

const STATES: readonly PresenceState[] = ["online", "away", "busy", "offline"];

export function Me() {
  const who = me.value;
  if (!who) return <div class="me" />;
  const isLost = wasReady.value && connection.value !== "ready";
  const state = isLost ? "offline" : myState.value;
  const words = isLost
    ? t("presence.reconnecting")
    : stateWords({ state, reason: myReason.value, since: myStateSince.value });
  return (
    <div class="me">
      <Menu
        label={t("me.label")}
        class="me__who"
        id="presence-menu"
        filterFrom={Infinity}
        choices={choices()}
        button={
          <>
            <Avatar letters={agentInitials(myId.value) || initials(who.user.name)} isMe presence={state} />
            <span class="me__words">
              <span class="strong clip">{who.user.name}</span>
              <small>
                <span class="clip">{words}</span> <Icon name="down" size="s" />
              </small>
            </span>
          </>
        }
      />
      <p class="me__where clip">{who.organization.name}</p>
      <KeptAway />
      <Load />
    </div>
  );
}

/** What the hub keeps away because offers were left unanswered. */
function KeptAway() {
  if (!notAnswering.value.length) return null;
  return (
    <p class="me__missed">
      <span>{t("missed.short", { kinds: notAnswering.value.map(classWord).join(", ") })}</span>
      <button type="button" class="btn btn--link" onClick={comeBack}>
        {t("missed.back")}
      </button>
    </p>
  );
}

/** How much of one's hands is full. */
function Load() {
  const load = myCapacity.value;
  if (!load) return null;
  const held = agents.value.get(myId.value)?.on?.length;
  const words = t("load.of", { used: load.used, total: load.total });
  return (
    <div class="load">
      <span class="load__row">
        <span>{held === undefined ? t("load.label") : t("load.held", { n: held })}</span>
        <span>{words}</span>
      </span>
      <LoadBar {...load} />
    </div>
  );
}

/** A state, and beneath it the organization's own words for being in it. */
function stateChoices(state: PresenceState): Choice[] {
  const isHere = myState.value === state;
  const lead = <Presence state={state} />;
  const reasons = stateReasons.value.filter((one) => one.state === state);
  return [
    {
      key: state,
      label: t(`presence.${state}`),
      lead,
      isChosen: isHere && !reasons.some((one) => one.name === myReason.value),
      run: () => setPresence(state),
    },
    ...reasons.map(({ id, name }) => ({
      key: id,
      label: name,
      hint: t(`presence.${state}`),
      lead,
      isChosen: isHere && name === myReason.value,
      run: () => setPresence(state, name),
    })),
  ];
}

async function chooseNotices(): Promise<void> {
  const refusal = await allowNotices(!areNoticesOn.peek());
  if (refusal) say(refusal, { tone: "failure" });
}

async function choose(request: () => Promise<void>): Promise<void> {
  await request().catch((error: unknown) => say(t("act.failed", { reason: reasonOf(error) }), { tone: "failure" }));
}

function choices(): Choice[] {
  return [
    ...STATES.flatMap(stateChoices),
    {
      key: "sound",
      label: t("me.sound"),
      icon: "bell" as const,
      isChosen: isSoundOn.value,
      startsGroup: true,
      run: () => (isSoundOn.value = !isSoundOn.value),
    },
    {
      key: "notices",
      label: t("me.notices"),
      icon: "system" as const,
      isChosen: areNoticesOn.value,
      run: () => void chooseNotices(),
    },
    {
      key: "returns",
      label: t("me.returns"),
      icon: "again" as const,
      isChosen: me.value?.returns_by_itself === true,
      run: () => void choose(() => chooseReturn(!me.value?.returns_by_itself)),
    },
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
