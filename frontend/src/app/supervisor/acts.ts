/** What a supervisor does from the board; the frames that follow show that it is done. */

import { api } from "../../lib/api";
import { t } from "../../lib/i18n";
import { reasonOf } from "../../lib/store/reason";
import { myId } from "../../lib/store/session";
import { say } from "../../lib/store/toasts";
import type { Id, PresenceState } from "../../lib/types";
import { setPresence } from "../line";
import type { BoardAgent } from "./shapes";
import { nameOfAgent, nameOfQueue } from "./store";
import { w } from "./words";

async function tried(request: Promise<unknown>, done: string): Promise<boolean> {
  try {
    await request;
    say(done);
    return true;
  } catch (error) {
    say(t("act.failed", { reason: reasonOf(error) }), { tone: "failure" });
    return false;
  }
}

/** Gives a conversation to an agent, whoever had it. */
export function give(conversation: Id, agent: Id): Promise<boolean> {
  const request = api.post(`/conversations/${conversation}/transfer`, { agent_id: agent });
  return tried(request, w("done.given", { name: nameOfAgent(agent) }));
}

/** Puts a conversation into another queue. */
export function move(conversation: Id, queue: Id): Promise<boolean> {
  const request = api.post(`/conversations/${conversation}/transfer`, { queue_id: queue });
  return tried(request, w("done.moved", { name: nameOfQueue(queue) }));
}

/** Says an agent's state for them; one's own as one always does, so that this browser remembers it. */
export async function setState(agent: BoardAgent, state: PresenceState, reason = ""): Promise<boolean> {
  if (agent.id === myId.peek()) {
    setPresence(state, reason);
    return true;
  }
  const request = api.post(`/agents/${agent.id}/presence`, { state, reason });
  return tried(request, w("done.state", { name: agent.name, state: reason || t(`presence.${state}`) }));
}
