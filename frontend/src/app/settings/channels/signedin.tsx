/** What came of a sign-in at a provider, after it sent its administrator back here. */

import { Icon } from "../../../ui/icons";
import { queried } from "../links";
import { Failure } from "../parts";
import { w } from "../words";

export function SignedIn() {
  const outcome = queried("sign_in");
  if (outcome === "failed") return <Failure text={w("signin.failed", { reason: queried("reason") })} />;
  if (outcome !== "done") return null;
  return (
    <p class="advice" role="status">
      <Icon name="resolved" size="s" /> {w("signin.done")}
    </p>
  );
}
