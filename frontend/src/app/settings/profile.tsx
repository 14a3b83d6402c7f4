/** What a viewer may see and set of themselves. */

import { t } from "../../lib/i18n";
import { areSingleKeysOn } from "../../lib/store/prefs";
import { me } from "../../lib/store/session";
import { Head } from "./parts";
import { type Word, w } from "./words";

export function Profile() {
  const who = me.value;
  if (!who) return null;
  const lines: [Word, string][] = [
    ["profile.name", who.user.name],
    ["profile.email", who.user.email],
    ["profile.organization", who.organization.name],
    ["profile.role", w(`role.${who.role}` as Word)],
    ["profile.timeZone", who.user.time_zone ?? ""],
  ];
  return (
    <section class="block">
      <Head title={w("section.profile")} text={w("profile.lead")} />
      <dl class="facts">
        {lines.map(([name, value]) => (
          <div key={name}>
            <dt>{w(name)}</dt>
            <dd dir="auto">{value}</dd>
          </div>
        ))}
      </dl>
      <label class="switch">
        <input
          type="checkbox"
          role="switch"
          checked={areSingleKeysOn.value}
          onChange={(event) => (areSingleKeysOn.value = event.currentTarget.checked)}
        />
        {t("shortcuts.single")}
      </label>
      <p>
        <a class="btn" href="/account/password">
          {w("profile.password")}
        </a>
      </p>
    </section>
  );
}
