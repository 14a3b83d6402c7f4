/** A key or chord as it is printed on keyboards. */

import { shown } from "../lib/keyboard";

export function Kbd({ keys }: { keys: string }) {
  return <kbd class="ltr">{shown(keys)}</kbd>;
}
