/** The embeddable chat: `<script async src="https://HUB/widget.js" data-site-key="…"></script>` is all a page needs. */

import { Chat } from "./chat";
import { View } from "./view";
import type { Identity } from "./wire";

/**
 * What a page may call once the script has run. A page that knows its visitor already when it is made says so in the
 * script's `data-identity` attribute, as JSON; one without reloads calls `identify` at sign-in and, with nothing, at
 * sign-out.
 */
interface OmnihubChat {
  open(): void;
  close(): void;
  identify(identity?: Identity): void;
}

declare global {
  interface Window {
    omnihubChat?: OmnihubChat;
  }
}

function begin(script: HTMLScriptElement, siteKey: string): void {
  const address = new URL("/ws/v1/chat", script.src);
  address.protocol = address.protocol.replace("http", "ws");
  let view: View | undefined;
  const chat = new Chat(address.href, siteKey, () => view?.draw());
  if (script.dataset.identity) chat.identity = JSON.parse(script.dataset.identity) as Identity;
  const shown = (view = new View(chat));
  document.body.append(shown.host);
  window.omnihubChat = {
    open: () => shown.show(true),
    close: () => shown.show(false),
    identify(identity) {
      chat.identity = identity;
      chat.wire.restart();
    },
  };
  const kept = chat.memory.read();
  if (kept.open) shown.reveal(true);
  else if (kept.started || kept.outbox.length) chat.wire.open();
}

const script = (document.currentScript ?? document.querySelector("script[data-site-key]")) as HTMLScriptElement | null;
const siteKey = script?.dataset.siteKey;
if (!script || !siteKey) {
  console.error("Omnihub: the script element needs data-site-key.");
} else if (document.body) {
  begin(script, siteKey);
} else {
  addEventListener("DOMContentLoaded", () => begin(script, siteKey));
}
