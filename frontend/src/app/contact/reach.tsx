/** Where a person can be reached: their addresses, and the channels this conversation has used. */

import { t } from "../../lib/i18n";
import { person } from "../../lib/store/people";
import { clock } from "../../lib/time";
import type { Conversation } from "../../lib/types";
import { Icon, iconOfKind } from "../../ui/icons";

export function Reach({ one }: { one: Conversation }) {
  const { email, phone } = one.contact;
  const dead = person(one.contact.id).value?.identities.filter((identity) => identity.unreachable_since) ?? [];
  const others = one.channels.filter((channel) => channel.kind !== "email");
  return (
    <section class="sect">
      <h3>{t("contact.reach")}</h3>
      <ul class="ids">
        {email && (
          <li>
            <Icon name="mail" />
            <span class="clip" title={email}>
              {email}
            </span>
          </li>
        )}
        {dead.map((identity) => (
          <li key={identity.id} class="ids__dead" title={identity.unreachable_reason ?? ""}>
            <Icon name="alert" />
            <span>
              {t("contact.dead", { address: identity.value, since: clock(identity.unreachable_since ?? "") })}
            </span>
          </li>
        ))}
        {phone && (
          <li>
            <Icon name="phone" />
            <span class="ltr">{phone}</span>
          </li>
        )}
        {others.map((channel) => (
          <li key={channel.id}>
            <Icon name={iconOfKind(channel.kind)} />
            <span class="clip">{channel.name}</span>
          </li>
        ))}
        {!email && !phone && !others.length && <li>{t("contact.noAddress")}</li>}
      </ul>
    </section>
  );
}
