/** Other conversations that this one came out of, or that came out of it: a line at the head, with a jump. */

import { useEffect, useState } from "preact/hooks";
import { api } from "../../lib/api";
import { type Key, t } from "../../lib/i18n";
import type { Conversation, Link, Page } from "../../lib/types";
import { Icon } from "../../ui/icons";
import { openConversation } from "../panes";

export function Links({ one }: { one: Conversation }) {
  const [links, setLinks] = useState<readonly Link[]>([]);
  useEffect(() => {
    const stop = new AbortController();
    api.get<Page<Link>>(`/conversations/${one.id}/links`, { signal: stop.signal }).then(
      ({ items }) => setLinks(items),
      () => undefined,
    );
    return () => stop.abort();
    // A merge, a split or a stranger's answer also changes the conversation's version.
  }, [one.id, one.version]);
  if (!links.length) return null;
  return (
    <ul class="links">
      {links.map((link) => (
        <li key={`${link.kind}${link.conversation.id}`}>
          <Icon name={link.kind === "forwarded" ? "forward" : "talk"} size="s" />
          <span>{t(`link.${link.kind}.${link.is_origin ? "from" : "to"}` as Key)}</span>
          <a
            href={`/inbox/open/${link.conversation.number}`}
            onClick={(event) => (event.preventDefault(), openConversation(link.conversation.number))}
          >
            <span class="clip" dir="auto">
              #{link.conversation.number} {link.conversation.subject}
            </span>
          </a>
        </li>
      ))}
    </ul>
  );
}
