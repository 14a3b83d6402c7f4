/** Keeps a page with unsaved changes until its viewer has said what becomes of them. */

import { signal } from "@preact/signals";
import { useLayoutEffect } from "preact/hooks";
import { guardLeaving } from "../../lib/store/route";
import { Dialog } from "../../ui/dialog";
import { w } from "./words";

const wanted = signal<(() => void) | null>(null);

/** While `isDirty`, every way out of the page asks first; closing the tab asks in the browser's own words. */
export function useGuard(isDirty: boolean): void {
  useLayoutEffect(() => {
    if (!isDirty) return;
    guardLeaving((go) => (wanted.value = go));
    const ask = (event: BeforeUnloadEvent): void => event.preventDefault();
    addEventListener("beforeunload", ask);
    return () => {
      guardLeaving(null);
      removeEventListener("beforeunload", ask);
    };
  }, [isDirty]);
}

export function LeaveDialog() {
  const go = wanted.value;
  if (!go) return null;
  const stay = (): void => {
    wanted.value = null;
  };
  const discard = (): void => {
    guardLeaving(null);
    wanted.value = null;
    go();
  };
  return (
    <Dialog
      title={w("leave.title")}
      lead={w("leave.text")}
      onClose={stay}
      foot={
        <>
          <button type="button" class="btn btn--primary btn--large" onClick={stay} autofocus>
            {w("leave.stay")}
          </button>
          <button type="button" class="btn btn--large" onClick={discard}>
            {w("leave.discard")}
          </button>
        </>
      }
    >
      {null}
    </Dialog>
  );
}
