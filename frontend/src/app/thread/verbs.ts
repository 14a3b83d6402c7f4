/** What the menu on a mail holds. */

import { t } from "../../lib/i18n";
import type { Item } from "../../lib/types";
import type { Choice } from "../../ui/menu";
import { answer, forward } from "../composer/begin";
import { inspect } from "../overlay";

export function letterChoices(item: Item, isPlain: boolean, onPlain: () => void): Choice[] {
  const choices: Choice[] = [
    {
      key: "all",
      label: t("composer.replyAll"),
      icon: "reply",
      hint: "r",
      run: () => answer(item.conversation_id, "all"),
    },
    {
      key: "sender",
      label: t("composer.replySender"),
      icon: "user",
      run: () => answer(item.conversation_id, "sender"),
    },
    { key: "forward", label: t("composer.forward"), icon: "forward", hint: "f", run: () => forward(item) },
    {
      key: "headers",
      label: t("letter.headers"),
      icon: "hash",
      startsGroup: true,
      run: () => inspect(item, "headers"),
    },
    { key: "original", label: t("letter.original"), icon: "eye", run: () => inspect(item, "source") },
    { key: "download", label: t("letter.download"), icon: "download", run: () => download(item) },
  ];
  if (item.html) {
    const label = t(isPlain ? "letter.asHtml" : "letter.asText");
    choices.splice(3, 0, { key: "plain", label, icon: "file", startsGroup: true, run: onPlain });
  }
  return choices;
}

function download(item: Item): void {
  const link = document.createElement("a");
  link.href = `/api/v1/messages/${item.id}/original`;
  link.download = "";
  link.click();
}
