/** What will stand under the mail: the signature that applies, fetched once per conversation and channel. */

import { useEffect, useState } from "preact/hooks";
import { api, path } from "../../lib/api";
import { t } from "../../lib/i18n";
import type { Id } from "../../lib/types";

interface Text {
  text: string;
}
const known = new Map<string, string>();

export function SignaturePreview({ id, channelId }: { id: Id; channelId: Id }) {
  const route = path(`/conversations/${id}/signature`, { channel_id: channelId });
  const [text, setText] = useState(known.get(route) ?? "");
  useEffect(() => {
    setText(known.get(route) ?? "");
    let isCurrent = true;
    api.get<Text>(route).then(
      (found) => {
        known.set(route, found.text);
        if (isCurrent) setText(found.text);
      },
      () => undefined,
    );
    return () => {
      isCurrent = false;
    };
  }, [route]);
  if (!text.trim()) return null;
  return (
    <details class="underneath">
      <summary>
        {t("composer.signature")} <span class="clip">{text.trim().split("\n")[0]}</span>
      </summary>
      <pre dir="auto">{text}</pre>
    </details>
  );
}
