/** What the hub says about a draft while it is written: asked again shortly after each change. */

import { useEffect, useRef, useState } from "preact/hooks";
import { reasonOf } from "../../../lib/store/reason";
import { fieldErrors } from "../parts";

const PAUSE_MS = 250;

export interface Answer<T> {
  value: T | null;
  /** Why there is none, in words. */
  failure: string;
  isAsking: boolean;
}

/** The answer to `question`, which is asked when `key` changes; the last one stays until the next is there. */
export function useAnswer<T>(ask: (abort: AbortSignal) => Promise<T>, key: string): Answer<T> {
  const [answer, setAnswer] = useState<Answer<T>>({ value: null, failure: "", isAsking: true });
  const isFirst = useRef(true);
  useEffect(() => {
    const abort = new AbortController();
    setAnswer((old) => ({ ...old, isAsking: true }));
    const run = async (): Promise<void> => {
      try {
        const value = await ask(abort.signal);
        if (!abort.signal.aborted) setAnswer({ value, failure: "", isAsking: false });
      } catch (error) {
        if (abort.signal.aborted) return;
        const reasons = Object.values(fieldErrors(error));
        setAnswer({ value: null, failure: reasons.join(" ") || reasonOf(error), isAsking: false });
      }
    };
    const timer = setTimeout(() => void run(), isFirst.current ? 0 : PAUSE_MS);
    isFirst.current = false;
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [key]);
  return answer;
}
