/** The dialog of a mail's original, fetched when somebody asks for one. */

import type { FunctionComponent } from "preact";
import { useEffect, useState } from "preact/hooks";

let loaded: FunctionComponent | null = null;

export function LazyOriginal() {
  const [Dialog, setDialog] = useState<FunctionComponent | null>(() => loaded);
  useEffect(() => {
    void import("./original").then(({ OriginalDialog }) => {
      loaded = OriginalDialog;
      setDialog(() => OriginalDialog);
    });
  }, []);
  return Dialog ? <Dialog /> : null;
}
