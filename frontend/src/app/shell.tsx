/** The frame of the app: connection bar, four panes side by side or one at a time, what lies over them. */

import { useLayoutEffect, useRef } from "preact/hooks";
import { t } from "../lib/i18n";
import { isContactOpen, widths } from "../lib/store/prefs";
import { settingsPath } from "../lib/store/route";
import { Toasts } from "../ui/toast";
import { ContactPane } from "./contact/pane";
import { current } from "./current";
import { LazyOriginal } from "./dialogs/lazyoriginal";
import { Palette } from "./dialogs/palette";
import { QuarantineDialog } from "./dialogs/quarantine";
import { Shortcuts } from "./dialogs/shortcuts";
import { SnoozeDialog } from "./dialogs/snooze";
import { StartDialog } from "./dialogs/start";
import { ListPane } from "./list/pane";
import { LostBar } from "./lostbar";
import { overlay } from "./overlay";
import { pane } from "./panes";
import { SettingsPlace } from "./settings/lazy";
import { ThreadPane } from "./thread/pane";
import { ViewsPane } from "./views/pane";

export function Shell() {
  const ref = useRef<HTMLDivElement>(null);
  const { views, list, contact } = widths.value;
  useLayoutEffect(() => {
    const style = ref.current?.style;
    style?.setProperty("--w-views", `${views / 16}rem`);
    style?.setProperty("--w-list", `${list / 16}rem`);
    style?.setProperty("--w-contact", `${contact / 16}rem`);
  }, [views, list, contact]);
  const one = current.value;
  return (
    <div ref={ref} class="frame">
      <a class="skip" href={settingsPath.value === null ? "#thread" : "#settings"}>
        {t(settingsPath.value === null ? "skip.thread" : "skip.settings")}
      </a>
      <LostBar />
      {settingsPath.value === null ? (
        <div class="shell" data-pane={pane.value} data-contact={one && isContactOpen.value ? "open" : "closed"}>
          <ViewsPane />
          <ListPane />
          <ThreadPane />
          {one && <ContactPane one={one} />}
        </div>
      ) : (
        <SettingsPlace />
      )}
      <Toasts />
      <Over />
    </div>
  );
}

function Over() {
  switch (overlay.value) {
    case "palette":
      return <Palette />;
    case "shortcuts":
      return <Shortcuts />;
    case "new":
      return <StartDialog />;
    case "quarantine":
      return <QuarantineDialog />;
    case "snooze":
      return <SnoozeDialog />;
    case "original":
      return <LazyOriginal />;
    case null:
      return null;
  }
}
