/** The same person's other conversations, newest first. */

import { useEffect, useState } from "preact/hooks";
import { api, path } from "../../lib/api";
import { t } from "../../lib/i18n";
import { put } from "../../lib/store/conversations";
import { age } from "../../lib/time";
import type { Conversation, Page } from "../../lib/types";
import { Icon, iconOfKind } from "../../ui/icons";
import { openConversation } from "../panes";

const SHOWN = 6;

export function Earlier({ one }: { one: Conversation }) {
  const [others, setOthers] = useState<readonly Conversation[]>([]);
  const contact = one.contact.id;
  useEffect(() => {
    const stop = new AbortController();
    const route = path("/conversations", { contact, limit: SHOWN + 1 });
    api.get<Page<Conversation>>(route, { signal: stop.signal }).then(
      (page) => setOthers(page.items),
      () => undefined,
    );
    return () => stop.abort();
  }, [contact]);
  const shown = others.filter((other) => other.id !== one.id).slice(0, SHOWN);
  if (!shown.length) return null;
  return (
    <section class="sect">
      <h3>{t("contact.earlier")}</h3>
      <ul class="past">
        {shown.map((other) => (
          <li key={other.id}>
            <a
              href={`/inbox/${other.number}`}
              onClick={(event) => (event.preventDefault(), put(other), openConversation(other.number))}
            >
              <Icon name={iconOfKind(other.channels[0]?.kind)} size="s" />
              <span class="clip" dir="auto">
                {other.subject || other.preview}
              </span>
              <time dateTime={other.last_activity_at}>{age(other.last_activity_at)}</time>
            </a>
          </li>
        ))}
      </ul>
    </section>
  );
}
