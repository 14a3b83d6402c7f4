/** Variables of a text: a menu that puts them in, and what they stand for in a preview. */

import type { RefObject } from "preact";
import { me } from "../../../lib/store/session";
import { Icon } from "../../../ui/icons";
import { Menu } from "../../../ui/menu";
import { type Word, w } from "../words";

const VARIABLE = /\{\{\s*([a-z_]+\.[a-z_]+)\s*(?:\|([^{}|]*))?\}\}/g;

/** Believable values, so that a preview reads like a message. */
function samples(): Record<string, string> {
  const who = me.value;
  const name = who?.user.name ?? "";
  return {
    "agent.name": name,
    "agent.first_name": name.split(" ")[0] ?? "",
    "agent.email": who?.user.email ?? "",
    "organization.name": who?.organization.name ?? "",
    "channel.name": w("sample.channel"),
    "channel.address": "help@example.com",
    "conversation.number": "4821",
    "conversation.subject": w("sample.subject"),
    "contact.name": w("sample.contact"),
    "contact.first_name": w("sample.contact").split(" ")[0] ?? "",
  };
}

/** The text as a customer might read it; what is no variable stays as it is. */
export function filled(text: string): string {
  const known = samples();
  return text.replace(VARIABLE, (whole, name: string, otherwise?: string) => known[name] || otherwise?.trim() || whole);
}

interface VariablesProps {
  names: readonly string[];
  field: RefObject<HTMLTextAreaElement | null>;
  onInsert(text: string): void;
}

/** Puts a variable where the cursor is. */
export function Variables({ names, field, onInsert }: VariablesProps) {
  const insert = (name: string): void => {
    const area = field.current;
    if (!area) return;
    const [start, end] = [area.selectionStart, area.selectionEnd];
    const put = `{{${name}}}`;
    onInsert(area.value.slice(0, start) + put + area.value.slice(end));
    requestAnimationFrame(() => {
      area.focus();
      area.setSelectionRange(start + put.length, start + put.length);
    });
  };
  return (
    <Menu
      label={w("variables")}
      class="btn"
      button={
        <>
          <Icon name="plus" size="s" />
          {w("variables")}
        </>
      }
      choices={names.map((name) => ({
        key: name.replace(".", "-"),
        label: w(`variable.${name}` as Word),
        hint: `{{${name}}}`,
        run: () => insert(name),
      }))}
      filterFrom={20}
    />
  );
}
