/** The signature under a mail of ours, quieter than what was written. */

import { Prose } from "./prose";

export function Signature({ signature }: { signature: { text: string } | null }) {
  if (!signature?.text.trim()) return null;
  return (
    <div class="letter__signature">
      <Prose text={signature.text} />
    </div>
  );
}
