/** Beneath the list's head: the search field and the channel filter. */

import { useEffect, useRef, useState } from "preact/hooks";
import { t } from "../../lib/i18n";
import { navigate, route } from "../../lib/store/route";
import { channels } from "../../lib/store/session";
import { Icon, iconOfKind } from "../../ui/icons";
import { Menu } from "../../ui/menu";
import { classes } from "../../ui/classes";
import { channelName } from "../channels";

const PAUSE_MS = 220;

export function Filters() {
  return (
    <div class="list__filters">
      <Search />
      <ChannelChip />
    </div>
  );
}

function Search() {
  const { q } = route.value;
  const [text, setText] = useState(q);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  useEffect(() => setText(q), [q]);
  const search = (value: string): void => {
    clearTimeout(timer.current);
    navigate({ q: value.trim() }, { replace: true });
  };
  const onInput = (value: string): void => {
    setText(value);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => search(value), PAUSE_MS);
  };
  const onKeyDown = (event: KeyboardEvent & { currentTarget: HTMLInputElement }): void => {
    if (event.key === "Enter") search(event.currentTarget.value);
    else if (event.key === "Escape") {
      setText("");
      search("");
      event.currentTarget.blur();
    } else return;
    event.preventDefault();
  };
  return (
    <search class="searchfield">
      <Icon name="search" size="s" />
      <input
        id="search"
        type="search"
        value={text}
        placeholder={t("search.placeholder")}
        aria-label={t("search.label")}
        autocomplete="off"
        enterkeyhint="search"
        onInput={(event) => onInput(event.currentTarget.value)}
        onKeyDown={onKeyDown}
      />
      {text && (
        <button
          type="button"
          class="searchfield__clear"
          aria-label={t("search.clear")}
          onClick={() => (setText(""), search(""))}
        >
          <Icon name="close" size="s" />
        </button>
      )}
    </search>
  );
}

function ChannelChip() {
  const { channel } = route.value;
  const kinds = [...new Set(channels.value.map((one) => one.kind))];
  if (kinds.length < 2 && !channel) return null;
  const choose = (kind: string) => (): void => navigate({ channel: kind }, { replace: true });
  return (
    <Menu
      label={t("filter.channel")}
      class={classes("chip", channel && "chip--on")}
      button={
        <>
          {channel ? channelName(channel) : t("filter.anyChannel")} <Icon name="down" size="s" />
        </>
      }
      choices={[
        { key: "", label: t("filter.anyChannel"), isChosen: !channel, run: choose("") },
        ...kinds.map((kind) => ({
          key: kind,
          label: channelName(kind),
          icon: iconOfKind(kind),
          isChosen: channel === kind,
          run: choose(kind),
        })),
      ]}
    />
  );
}
