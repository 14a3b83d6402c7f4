/** The frame of the app: connection bar, four panes side by side or one at a time, what lies over them. */

import { useLayoutEffect, useRef } from "preact/hooks";
import { t } from "../lib/i18n";
import { isContactOpen, widths } from "../lib/store/prefs";
import { boardPath, isInbox, settingsPath } from "../lib/store/route";
import { Toasts } from "../ui/toast";
import { ContactPane } from "./contact/pane";
import { current } from "./current";
import { lazy } from "./dialogs/lazy";
import { Palette } from "./dialogs/palette";
import { QuarantineDialog } from "./dialogs/quarantine";
import { Shortcuts } from "./dialogs/shortcuts";
import { SnoozeDialog } from "./dialogs/snooze";
import { StartDialog } from "./dialogs/start";
import { ListPane } from "./list/pane";
import { LostBar } from "./lostbar";
import { Offers } from "./offers/offers";
import { overlay } from "./overlay";
import { isListInSight, pane } from "./panes";
import { SettingsPlace } from "./settings/lazy";
import { BoardPlace } from "./supervisor/lazy";
import { ThreadPane } from "./thread/pane";
import { ViewsPane } from "./views/pane";
import { TakeOverDialog } from "./routing/takeover";

const Original = lazy(() => import("./dialogs/original").then((part) => part.OriginalDialog));
const Transfer = lazy(() => import("./routing/transfer").then((part) => part.TransferDialog));
const Why = lazy(() => import("./why/why").then((part) => part.WhyDialog));

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
      <Skip />
      <LostBar />
      {isInbox.value ? (
        <div class="shell" data-pane={pane.value} data-contact={one && isContactOpen.value ? "open" : "closed"}>
          <ViewsPane />
          <ListPane />
          <ThreadPane />
          {one && <ContactPane one={one} />}
        </div>
      ) : boardPath.value === null ? (
        <SettingsPlace />
      ) : (
        <BoardPlace />
      )}
      {!isListInSight() && <Offers place="over" />}
      <Toasts />
      <Over />
    </div>
  );
}

function Skip() {
  const [place, words] = isInbox.value
    ? (["thread", "skip.thread"] as const)
    : settingsPath.value === null
      ? (["board", "skip.board"] as const)
      : (["settings", "skip.settings"] as const);
  return (
    <a class="skip" href={`#${place}`}>
      {t(words)}
    </a>
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
      return <Original />;
    case "transfer":
      return <Transfer />;
    case "takeover":
      return <TakeOverDialog />;
    case "why":
      return <Why />;
    case null:
      return null;
  }
}
