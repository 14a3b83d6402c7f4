/** Work changes hands: taken from a view or from a colleague, handed to an agent, a team or a queue. */

import { ApiError, api, path } from "../../lib/api";
import { t } from "../../lib/i18n";
import { firstName } from "../../lib/names";
import { peek, put } from "../../lib/store/conversations";
import { settle } from "../../lib/store/list";
import type { Order } from "../../lib/store/reduce";
import { reasonOf } from "../../lib/store/reason";
import { view } from "../../lib/store/route";
import { agentName, myId, queueName, teamName } from "../../lib/store/session";
import { say } from "../../lib/store/toasts";
import type { Conversation, Id, Page } from "../../lib/types";
import { assign, change, perform, verb } from "../acts";
import { overlay } from "../overlay";
import { openConversation } from "../panes";

/** Takes a conversation: from nobody at once, from a colleague after asking. */
export function take(id: Id): void {
  const holder = peek(id)?.assignee_id ?? null;
  if (holder === myId.peek()) return;
  if (holder) overlay.value = "takeover";
  else takeOver(id);
}

/** Takes it from whoever has it. */
export function takeOver(id: Id): void {
  const before = peek(id)?.assignee_id ?? null;
  void perform({
    id,
    change: { assignee_id: myId.peek() },
    request: verb(id, "take"),
    done: t("done.assignedToYou"),
    undo: () => assign(id, before, true),
  });
}

const TRIES = 3;
/** What was promised comes first, then who waits, then whatever lies there longest. */
const NEXT: readonly Order[] = ["due", "waiting", "oldest"];

/** Takes the conversation of this view that is most urgent and nobody's; the one after it where somebody was quicker. */
export async function takeNext(): Promise<void> {
  const scope = { ...view.peek().query, status: "active", assignee: "none", limit: TRIES };
  try {
    for (const order of NEXT) {
      const { items } = await api.get<Page<Conversation>>(path("/conversations", { ...scope, order }));
      for (const one of items) if (await taken(one)) return;
    }
    say(t("take.none"));
  } catch (error) {
    say(t("act.failed", { reason: reasonOf(error) }), { tone: "failure" });
  }
}

async function taken(one: Conversation): Promise<boolean> {
  try {
    const mine = await verb(one.id, "take")();
    settle(put(mine?.id ? mine : { ...one, assignee_id: myId.peek() }));
  } catch (error) {
    if (error instanceof ApiError && error.status === 409) return false;
    throw error;
  }
  say(t("done.assignedToYou"), { undo: () => assign(one.id, null, true) });
  openConversation(one.number);
  return true;
}

export type Target = { kind: "agent" | "team" | "queue"; id: Id };

const changeBy = (target: Target): Partial<Conversation> => {
  if (target.kind === "agent") return { assignee_id: target.id };
  return target.kind === "team"
    ? { team_id: target.id, assignee_id: null }
    : { queue_id: target.id, assignee_id: null };
};

/** Hands a conversation on, with a note for whoever gets it. */
export function transfer(id: Id, target: Target, note: string): void {
  const before = peek(id);
  void perform({
    id,
    change: changeBy(target),
    request: verb(id, "transfer", { [`${target.kind}_id`]: target.id, note }),
    done: t("done.transferred", { name: nameOf(target) }),
    ...(before ? { undo: () => void giveBack(before) } : {}),
  });
}

export const nameOf = ({ kind, id }: Target): string =>
  kind === "agent" ? firstName(agentName(id)) : kind === "team" ? teamName(id) : queueName(id);

/** Puts a conversation back to where and with whom it was. */
async function giveBack({ id, queue_id, team_id, assignee_id }: Conversation): Promise<void> {
  const back = { queue_id, team_id, assignee_id };
  await perform({
    id,
    change: back,
    request: async () => {
      await change(id, { queue_id, team_id })();
      return verb(id, "assign", { assignee_id })();
    },
  });
}
