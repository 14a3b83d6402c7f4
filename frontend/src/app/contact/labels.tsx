/** The conversation's labels, to take off and to add. */

import { t } from "../../lib/i18n";
import { labels } from "../../lib/store/session";
import type { Conversation } from "../../lib/types";
import { Icon } from "../../ui/icons";
import { Menu } from "../../ui/menu";
import { setLabels } from "../acts";

export function Labels({ one }: { one: Conversation }) {
  const toggle = (name: string) => (): void =>
    setLabels(one.id, one.labels.includes(name) ? one.labels.filter((label) => label !== name) : [...one.labels, name]);
  const known = [...new Set([...labels.value.map((label) => label.name), ...one.labels])];
  if (!known.length) return null;
  return (
    <section class="sect">
      <h3>{t("contact.labels")}</h3>
      <div class="btns">
        {one.labels.map((name) => (
          <span key={name} class="tag">
            {name}
            <button type="button" class="tag__remove" aria-label={t("label.remove", { name })} onClick={toggle(name)}>
              <Icon name="close" size="s" />
            </button>
          </span>
        ))}
        <Menu
          label={t("contact.labels")}
          class="btn btn--link"
          id="label-menu"
          button={t("act.add")}
          choices={known.map((name) => ({
            key: name,
            label: name,
            icon: "tag" as const,
            isChosen: one.labels.includes(name),
            run: toggle(name),
          }))}
        />
      </div>
    </section>
  );
}
