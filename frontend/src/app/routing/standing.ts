/** How the work on the opened conversation stands: asked for when it is opened, then moved by events. */

import { useEffect, useRef, useState } from "preact/hooks";
import { api } from "../../lib/api";
import { takeWork, work } from "../../lib/store/work";
import type { Id, Work } from "../../lib/types";

export interface Standing {
  work: Work | null;
  /** Its place in the queue, from 1, and the seconds that it is likely to wait; null where nobody can tell. */
  position: number | null;
  wait: number | null;
}

interface Answer {
  work?: Work | null;
  position?: number | null;
  expected_wait_seconds?: number | null;
}

const NOWHERE = { position: null, wait: null };

const momentOf = (one: Work | null): string => (one ? [one.id, one.state, one.queue_id, one.step].join(" ") : "");

export function useStanding(id: Id): Standing {
  const held = work(id).value;
  const [place, setPlace] = useState<Omit<Standing, "work">>(NOWHERE);
  // Each move of the work asks anew: its place has changed with it.
  const moved = momentOf(held);
  const told = useRef<string | null>(null);
  useEffect(() => {
    if (told.current === `${id} ${moved}`) return;
    const stop = new AbortController();
    api.get<Answer>(`/conversations/${id}/work`, { signal: stop.signal }).then(
      (answer) => {
        told.current = `${id} ${momentOf(answer.work ?? null)}`;
        if (answer.work) takeWork(answer.work);
        setPlace({ position: answer.position ?? null, wait: answer.expected_wait_seconds ?? null });
      },
      () => setPlace(NOWHERE),
    );
    return () => stop.abort();
  }, [id, moved]);
  return { work: held, ...place };
}
