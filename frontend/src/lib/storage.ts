/** Small values kept in this browser; a full or forbidden store only means that nothing is remembered. */

const PREFIX = "omnihub:";

export function recall<T>(key: string, fallback: T): T {
  try {
    const text = localStorage.getItem(PREFIX + key);
    return text === null ? fallback : (JSON.parse(text) as T);
  } catch {
    return fallback;
  }
}

export function remember(key: string, value: unknown): void {
  try {
    localStorage.setItem(PREFIX + key, JSON.stringify(value));
  } catch {
    // Private mode or quota: the value lives until the tab closes.
  }
}

export function forget(key: string): void {
  try {
    localStorage.removeItem(PREFIX + key);
  } catch {
    // As above.
  }
}

/** Every value whose key begins with this. */
export function recallAll<T>(prefix: string): T[] {
  try {
    return Object.keys(localStorage)
      .filter((key) => key.startsWith(PREFIX + prefix))
      .map((key) => JSON.parse(localStorage.getItem(key) ?? "null") as T)
      .filter((value) => value !== null);
  } catch {
    return [];
  }
}

/** Calls `tell` when another tab remembers or forgets a value whose key begins with this; null stands for forgotten. */
export function whenOthersRemember<T>(prefix: string, tell: (rest: string, value: T | null) => void): void {
  const whole = PREFIX + prefix;
  globalThis.addEventListener?.("storage", ({ key, newValue }: StorageEvent) => {
    if (!key?.startsWith(whole)) return;
    try {
      tell(key.slice(whole.length), newValue === null ? null : (JSON.parse(newValue) as T));
    } catch {
      // Written by something else: nothing of ours.
    }
  });
}
