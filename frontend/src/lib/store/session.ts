/** Who is signed in and what the organization consists of: agents, queues, teams, channels, labels. */

import { computed, signal } from "@preact/signals";
import { api, useCsrfToken } from "../api";
import { initials } from "../names";
import type { Agent, Channel, Id, Label, Me, Page, PresenceState, Queue, StateReason, Team } from "../types";

export const me = signal<Me | null>(null);
export const agents = signal<ReadonlyMap<Id, Agent>>(new Map());
export const queues = signal<readonly Queue[]>([]);
export const teams = signal<readonly Team[]>([]);
export const channels = signal<readonly Channel[]>([]);
export const labels = signal<readonly Label[]>([]);
/** The organization's own words for being in a state, in its order. */
export const stateReasons = signal<readonly StateReason[]>([]);

export const myId = computed(() => me.value?.user.id ?? "");
export const myState = computed<PresenceState>(
  () => agents.value.get(myId.value)?.state ?? me.value?.state ?? "offline",
);
export const maySupervise = computed(() => me.value?.role === "administrator" || me.value?.role === "supervisor");

/** Loads the viewer; everything else needs its CSRF token. Throws what `api` throws. */
export async function loadMe(): Promise<Me> {
  const loaded = await api.get<Me>("/me");
  useCsrfToken(loaded.csrf_token);
  me.value = loaded;
  return loaded;
}

/** Chooses whether work that was kept away comes again with the first thing one does. Throws what `api` throws. */
export async function chooseReturn(isByItself: boolean): Promise<void> {
  const { returns_by_itself: chosen } = await api.patch<Me>("/me", { returns_by_itself: isByItself });
  if (me.value) me.value = { ...me.value, returns_by_itself: chosen ?? isByItself };
}

/** Loads the organization's lists; one that fails stays as it was and does not hold up the others. */
export async function loadOrganization(): Promise<void> {
  const fetched = async <T>(route: string, take: (items: T[]) => void): Promise<void> => {
    const page = await api.get<Page<T>>(route);
    take(page.items);
  };
  await Promise.allSettled([
    fetched<Agent>("/agents", (items) => (agents.value = new Map(items.map((agent) => [agent.id, agent])))),
    fetched<Queue>("/queues", (items) => (queues.value = items)),
    fetched<Team>("/teams", (items) => (teams.value = items)),
    fetched<Channel>("/channels", (items) => (channels.value = items)),
    fetched<Label>("/labels", (items) => (labels.value = items)),
    loadStateReasons(),
  ]);
}

/** Throws what `api` throws. */
export async function loadStateReasons(): Promise<void> {
  stateReasons.value = (await api.get<Page<StateReason>>("/state-reasons")).items;
}

/** Changes what is known of one agent; presence of somebody not yet listed is kept for later. */
export function putAgent(id: Id, change: Partial<Agent>): void {
  const old = agents.value.get(id);
  if (!old && !change.name) return;
  const base = old ?? {
    id,
    name: "",
    email: "",
    role: "agent",
    state: "offline",
    since: null,
    avatar: null,
    initials: "",
  };
  agents.value = new Map(agents.value).set(id, { ...base, ...change });
}

/** Takes a channel as the hub has it now, or out of the list. */
export function putChannel(next: Channel, isRemoved = false): void {
  const others = channels.value.filter((one) => one.id !== next.id);
  const listed = isRemoved ? others : [...others, next];
  channels.value = listed.sort((a, b) => a.name.localeCompare(b.name));
}

/** Whether the viewer's role allows this act. */
export const may = (permission: string): boolean => me.value?.permissions.includes(permission) ?? false;

export function agentName(id: Id | null): string {
  return (id && agents.value.get(id)?.name) || "";
}

export function agentInitials(id: Id): string {
  const agent = agents.value.get(id);
  return agent?.initials || initials(agent?.name ?? "");
}

export function queueName(id: Id | null): string {
  return queues.value.find((queue) => queue.id === id)?.name ?? "";
}

export function teamName(id: Id | null): string {
  return teams.value.find((team) => team.id === id)?.name ?? "";
}
