/** Lists that follow what others change. */

import { useEffect, useRef } from "preact/hooks";
import { settingsChanges } from "../../../lib/store/settings";
import { type Loaded, useLoaded } from "../parts";

/** Like `useLoaded`; loads again whenever a setting of one of `nouns` changes, here or elsewhere. */
export function useFresh<T>(
  fetch: () => Promise<T>,
  key: string,
  nouns: readonly string[],
): [Loaded<T>, () => Promise<void>] {
  const [loaded, reload] = useLoaded(fetch, key);
  const version = useVersion(nouns);
  const first = useRef(version);
  useEffect(() => {
    if (version !== first.current) void reload();
  }, [version]);
  return [loaded, reload];
}

/** A number that grows with each change of a setting of `nouns`. */
export function useVersion(nouns: readonly string[]): number {
  return nouns.reduce((sum, noun) => sum + (settingsChanges.value[noun] ?? 0), 0);
}
