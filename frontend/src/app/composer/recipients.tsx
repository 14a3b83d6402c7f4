/** Who gets the mail: everybody by default, in one line; opened, three fields to change it. */

import { useState } from "preact/hooks";
import { type Recipients, everybody } from "../../lib/addresses";
import { t } from "../../lib/i18n";
import { type Draft, changeDraft } from "../../lib/store/drafts";
import { channels } from "../../lib/store/session";
import { timeline } from "../../lib/store/timelines";
import type { Address, Conversation } from "../../lib/types";
import { Icon } from "../../ui/icons";
import { Menu } from "../../ui/menu";
import { AddressField } from "./addressfield";
import { answer, forward } from "./begin";

export interface Chosen extends Recipients {
  bcc: Address[];
}

/** Whom this draft goes to: as changed by hand, else everybody of the last mail, or its sender alone. */
export function chosenFor(one: Conversation, held: Draft): Chosen {
  const own = channels.value.flatMap((channel) => (channel.address ? [channel.address] : []));
  const all = everybody(timeline(one.id).items.value, own, one.contact.email);
  const to = held.forwardOf ? [] : all.to;
  const cc = held.forwardOf || held.scope === "sender" ? [] : all.cc;
  return { to: held.to ?? to, cc: held.cc ?? cc, bcc: held.bcc };
}

interface RecipientFieldsProps {
  conversation: Conversation;
  held: Draft;
  chosen: Chosen;
  isOpen: boolean;
  onOpen(isOpen: boolean): void;
}

export function RecipientFields({ conversation: one, held, chosen, isOpen, onOpen }: RecipientFieldsProps) {
  const isForward = held.forwardOf !== null;
  return (
    <div class="recipients">
      {isOpen || isForward || !chosen.to.length ? (
        <Fields key={held.forwardOf ?? ""} conversation={one} chosen={chosen} isForward={isForward} />
      ) : (
        <button
          type="button"
          class="recipients__line"
          onClick={() => onOpen(true)}
          title={t("composer.changeRecipients")}
        >
          <Line label={t("composer.toLabel")} list={chosen.to} />
          <Line label={t("composer.cc")} list={chosen.cc} />
          <Line label={t("composer.bcc")} list={chosen.bcc} />
        </button>
      )}
      <ScopeMenu conversation={one} held={held} />
    </div>
  );
}

function Line({ label, list }: { label: string; list: readonly Address[] }) {
  if (!list.length) return null;
  const only = list.length === 1 ? list[0] : null;
  return (
    <span class="recipients__part clip">
      <span class="quiet">{label}</span> <span dir="auto">{list.map((one) => one.name || one.address).join(", ")}</span>
      {only?.name && (
        <span class="quiet recipients__address" dir="ltr">
          {only.address}
        </span>
      )}
    </span>
  );
}

interface FieldsProps {
  conversation: Conversation;
  chosen: Chosen;
  isForward: boolean;
}

function Fields({ conversation: { id }, chosen, isForward }: FieldsProps) {
  const [hasCopies, setCopies] = useState(chosen.cc.length + chosen.bcc.length > 0);
  return (
    <div class="recipients__fields">
      <AddressField
        id="composer-to"
        label={t("composer.toLabel")}
        value={chosen.to}
        shouldFocus={isForward}
        isRequired
        onChange={(to) => changeDraft(id, { to })}
      />
      {hasCopies ? (
        <>
          <AddressField label={t("composer.cc")} value={chosen.cc} onChange={(cc) => changeDraft(id, { cc })} />
          <AddressField label={t("composer.bcc")} value={chosen.bcc} onChange={(bcc) => changeDraft(id, { bcc })} />
        </>
      ) : (
        <button type="button" class="recipients__copies" onClick={() => setCopies(true)}>
          {t("composer.addCopies")}
        </button>
      )}
    </div>
  );
}

/** Everybody, the sender alone, or somebody else. */
function ScopeMenu({ conversation: one, held }: { conversation: Conversation; held: Draft }) {
  const last = timeline(one.id).items.value.findLast((item) => item.kind === "message");
  const words = held.forwardOf
    ? t("composer.forward")
    : held.scope === "sender"
      ? t("composer.replySender")
      : t("composer.replyAll");
  return (
    <Menu
      label={t("composer.scope")}
      class="recipients__scope"
      button={
        <>
          {words} <Icon name="down" size="s" />
        </>
      }
      choices={[
        {
          key: "all",
          label: t("composer.replyAll"),
          icon: "users",
          isChosen: !held.forwardOf && held.scope === "all",
          run: () => answer(one.id, "all"),
        },
        {
          key: "sender",
          label: t("composer.replySender"),
          icon: "user",
          isChosen: !held.forwardOf && held.scope === "sender",
          run: () => answer(one.id, "sender"),
        },
        ...(last
          ? [
              {
                key: "forward",
                label: t("composer.forward"),
                hint: "f",
                icon: "forward" as const,
                isChosen: held.forwardOf !== null,
                run: () => forward(last),
              },
            ]
          : []),
      ]}
    />
  );
}
