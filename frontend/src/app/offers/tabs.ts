/** Which of several tabs makes the sound, and whether any of them is in sight. */

/** Without locks (a page over plain HTTP) every tab speaks for itself. */
const locks = (): LockManager | undefined => navigator.locks;

/** Calls `lead` once this tab is the one that speaks for all of `owner`; the next one does when it is closed. */
export function leadTabs(owner: string, lead: () => void): void {
  const held = locks()?.request(`omnihub:ringer:${owner}`, () => {
    lead();
    return new Promise(() => undefined);
  });
  if (held) held.catch(lead);
  else lead();
}

const nameOfSight = (owner: string): string => `omnihub:sight:${owner}`;

/** Lets the other tabs know while this one is in sight. */
export function showSight(owner: string): void {
  let release: (() => void) | null = null;
  const follow = (): void => {
    if (document.hidden) {
      release?.();
      release = null;
      return;
    }
    if (release) return;
    const shown = new Promise<void>((resolve) => (release = resolve));
    locks()
      ?.request(nameOfSight(owner), { mode: "shared" }, () => shown)
      .catch(() => undefined);
  };
  follow();
  document.addEventListener("visibilitychange", follow);
}

/** True where the viewer has a tab of ours before their eyes. */
export async function isInSight(owner: string): Promise<boolean> {
  if (!document.hidden) return true;
  const { held = [] } = (await locks()?.query()) ?? {};
  return held.some((lock) => lock.name === nameOfSight(owner));
}
