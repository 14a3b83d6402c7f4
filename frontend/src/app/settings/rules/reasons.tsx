/** Why a rule acted or would act, condition by condition, and what it did; and where that was. */

import { Icon } from "../../../ui/icons";
import { v } from "../conditions/words";
import type { Done, NamedConversation, Reason } from "./data";

export function Reasons({ why }: { why: readonly Reason[] }) {
  return (
    <ul class="reasonlist">
      {why.map((one, at) => (
        <li key={at} data-holds={one.holds} style={{ marginInlineStart: `${one.depth}rem` }}>
          <Icon name={one.holds ? "check" : "close"} size="s" />
          <span class="vh">{v(one.holds ? "holds" : "holdsNot")}</span>
          <span dir="auto">{one.text}</span>
        </li>
      ))}
    </ul>
  );
}

export function Deeds({ of }: { of: readonly Done[] }) {
  if (!of.length) return null;
  return (
    <ul class="reasonlist reasonlist--done">
      {of.map((one, at) => (
        <li key={at} data-holds={one.changed}>
          <Icon name="bolt" size="s" />
          <span dir="auto">{one.text}</span>
        </li>
      ))}
    </ul>
  );
}

/** A conversation by its number and what it is about; opens it in the inbox. */
export function Where({ of }: { of: NamedConversation }) {
  return (
    <a class="clip" href={`/inbox/${of.number}`} target="_blank" rel="noreferrer" title={of.subject || of.contact}>
      <span class="quiet">#{of.number}</span> <span dir="auto">{of.subject || of.contact}</span>
    </a>
  );
}
