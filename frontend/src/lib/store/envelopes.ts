/** Inbound that could not be understood: kept raw on the server, listed for supervisors, replayable. */

import { signal } from "@preact/signals";
import { api } from "../api";
import type { Envelope, Id, Page } from "../types";
import { maySupervise } from "./session";

export const quarantined = signal<readonly Envelope[]>([]);

export async function loadQuarantined(): Promise<void> {
  if (!maySupervise.value) return;
  quarantined.value = (await api.get<Page<Envelope>>("/envelopes?state=quarantined")).items;
}

/** Processes one again; it leaves the list, and comes back with the next load if it fails again. */
export async function replay(id: Id): Promise<void> {
  await api.post(`/envelopes/${id}/replay`);
  quarantined.value = quarantined.value.filter((one) => one.id !== id);
}
