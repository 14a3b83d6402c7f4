/** The fourth pane: who this is, where they can be reached, labels, what is known of the conversation, what came before. */

import { t } from "../../lib/i18n";
import { isContactOpen } from "../../lib/store/prefs";
import { queueName, teamName } from "../../lib/store/session";
import { clock, exact } from "../../lib/time";
import type { Conversation } from "../../lib/types";
import { ContactAvatar } from "../../ui/avatar";
import { Grip } from "../../ui/grip";
import { Icon } from "../../ui/icons";
import { Ring } from "../../ui/ring";
import { back, front, pane } from "../panes";
import { overlay } from "../overlay";
import { promiseName, waitOf } from "../wait";
import { Earlier } from "./earlier";
import { Labels } from "./labels";
import { Reach } from "./reach";

export function ContactPane({ one }: { one: Conversation }) {
  const close = (): void => {
    if (pane.value === "contact") back();
    else isContactOpen.value = false;
  };
  return (
    <div
      class="contact pane"
      aria-label={t("contact.label")}
      role={front.value === "contact" ? "main" : "complementary"}
    >
      <Grip pane="contact" side="after" label={t("grip.contact")} />
      <div class="pane__scroll" tabIndex={0}>
        <div class="contact__head">
          <span class="contact__face">
            <button type="button" class="btn btn--ghost btn--icon back" aria-label={t("back.thread")} onClick={back}>
              <Icon name="back" turns />
            </button>
            <ContactAvatar name={one.contact.name} size="l" />
          </span>
          <div>
            <h2 dir="auto">{one.contact.name || t("contact.unknown")}</h2>
            <p>{languageOf(one.contact.locale)}</p>
          </div>
          <button
            type="button"
            class="btn btn--ghost btn--icon contact__close"
            aria-label={t("contact.close")}
            title={t("contact.close")}
            onClick={close}
          >
            <Icon name="panel" turns />
          </button>
        </div>
        <Waiting one={one} />
        <Reach one={one} />
        <Facts one={one} />
        <Custom one={one} />
        <Labels one={one} />
        <Earlier key={one.contact.id} one={one} />
      </div>
    </div>
  );
}

function Waiting({ one }: { one: Conversation }) {
  const wait = waitOf(one);
  return (
    <section class="sect">
      <div class="sect__head">
        <h3>{t("contact.clocks")}</h3>
        <button type="button" class="btn btn--link" onClick={() => (overlay.value = "why")}>
          {t("why.open")}
        </button>
      </div>
      {wait.words && (
        <ul class="clocks">
          <li>
            <Ring state={wait.state} share={wait.share} size="s" />
            <span>
              {one.sla ? promiseName(one.sla.clock) : t(one.status === "snoozed" ? "status.snoozed" : "contact.answer")}
            </span>
            <span class="due" data-state={wait.dueState} title={wait.title || undefined}>
              {wait.words}
            </span>
          </li>
        </ul>
      )}
    </section>
  );
}

function Facts({ one }: { one: Conversation }) {
  const rows = [
    [t("contact.number"), `#${one.number}`],
    [t("contact.queue"), queueName(one.queue_id)],
    [t("contact.team"), teamName(one.team_id)],
  ].filter(([, value]) => value);
  return (
    <section class="sect">
      <h3>{t("contact.conversation")}</h3>
      <dl class="pairs">
        {rows.map(([name, value]) => [<dt key={`k${name}`}>{name}</dt>, <dd key={`v${name}`}>{value}</dd>])}
        <dt>{t("contact.began")}</dt>
        <dd>
          <time dateTime={one.created_at} title={exact(one.created_at)}>
            {clock(one.created_at)}
          </time>
        </dd>
      </dl>
    </section>
  );
}

function Custom({ one }: { one: Conversation }) {
  const rows = Object.entries(one.custom ?? {}).filter(([, value]) =>
    ["string", "number", "boolean"].includes(typeof value),
  );
  if (!rows.length) return null;
  return (
    <section class="sect">
      <h3>{t("contact.custom")}</h3>
      <dl class="pairs">
        {rows.map(([name, value]) => [<dt key={`k${name}`}>{name}</dt>, <dd key={`v${name}`}>{String(value)}</dd>])}
      </dl>
    </section>
  );
}

function languageOf(tag: string | null | undefined): string {
  if (!tag) return "";
  try {
    return new Intl.DisplayNames([document.documentElement.lang], { type: "language" }).of(tag) ?? "";
  } catch {
    return "";
  }
}
