/** What the "more" menu holds: the rarer acts on a conversation. */

import { t } from "../../lib/i18n";
import { say } from "../../lib/store/toasts";
import type { Conversation } from "../../lib/types";
import type { Choice } from "../../ui/menu";
import { resolveAndNext } from "../acts";
import { overlay } from "../overlay";
import { toggleDetails } from "../panes";

export function moreChoices(one: Conversation): Choice[] {
  return [
    { key: "details", label: t("act.details"), icon: "panel", run: toggleDetails },
    { key: "next", label: t("act.resolveNext"), icon: "check", hint: "Shift E", run: () => resolveAndNext(one.id) },
    {
      key: "transfer",
      label: t("transfer.open"),
      icon: "forward",
      hint: "Shift T",
      run: () => (overlay.value = "transfer"),
    },
    { key: "why", label: t("why.title"), icon: "layers", run: () => (overlay.value = "why") },
    { key: "link", label: t("act.copyLink"), icon: "hash", startsGroup: true, run: () => void copyLink(one.number) },
  ];
}

async function copyLink(number: number): Promise<void> {
  await navigator.clipboard.writeText(`${location.origin}/inbox/${number}`);
  say(t("done.linkCopied"));
}
