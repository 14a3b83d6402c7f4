/** Parts of the app that are fetched when somebody first asks for them. */

import type { FunctionComponent } from "preact";
import { useEffect, useState } from "preact/hooks";
import { t } from "../../lib/i18n";
import { say } from "../../lib/store/toasts";
import { closeOverlay } from "../overlay";

/** Stands for the component that `load` brings; nothing is shown until it is there, and it is kept for the next time. */
export function lazy(load: () => Promise<FunctionComponent>): FunctionComponent {
  let loaded: FunctionComponent | null = null;
  return function Lazy() {
    const [Part, setPart] = useState<FunctionComponent | null>(() => loaded);
    useEffect(() => {
      if (loaded) return;
      load().then(
        (part) => setPart(() => (loaded = part)),
        () => (closeOverlay(), say(t("error.network"), { tone: "failure" })),
      );
    }, []);
    return Part ? <Part /> : null;
  };
}
