/** What the visitor sees: launcher, dialog, messages. Redrawn from the chat's state after every change. */

import type { Chat, Entry } from "./chat";
import { element, icon, ICONS, link, linked } from "./dom";
import { direction, fill, language, locale, words } from "./words";
import css from "./widget.css";

const MAX_CHARACTERS = 10_000;
const PAUSE_SHOWN_MS = 30 * 60_000;
const NEAR_END_PX = 80;
/** There the dialog covers the page, so it is modal. The same width as in the style sheet. */
const PHONE = "(max-width: 560px)";

/** Builds the widget's elements into a shadow root and keeps them true. */
export class View {
  readonly host = document.createElement("omnihub-chat");
  readonly #chat: Chat;
  readonly #launch: HTMLButtonElement;
  readonly #launchLabel: HTMLElement;
  readonly #badge: HTMLElement;
  readonly #panel: HTMLDialogElement;
  readonly #initials = document.createTextNode("");
  readonly #presence = element("i");
  readonly #title = element("h2", { id: "title" });
  readonly #status = element("p", { role: "status" });
  readonly #log: HTMLElement;
  readonly #typing = element("p", { class: "typing", role: "status" });
  readonly #notice = element("p", { class: "notice", role: "alert" });
  readonly #field: HTMLTextAreaElement;
  #isOpen = false;
  readonly #drawn = new Map<string, { state: string; node: HTMLElement }>();

  constructor(chat: Chat) {
    this.#chat = chat;
    this.#badge = element("span", { class: "badge", "aria-hidden": "true" });
    this.#launchLabel = element("span");
    this.#launch = element("button", { class: "launch", type: "button", "aria-haspopup": "dialog" });
    this.#log = element("div", { class: "log", role: "log", tabindex: "0", "aria-label": words.messages });
    this.#field = element("textarea", { id: "field", rows: "1", placeholder: words.write, enterkeyhint: "send" });
    const close = element("button", { class: "close", type: "button", "aria-label": words.close }, icon(ICONS.close));
    const bar = element(
      "form",
      { class: "bar" },
      element("label", { class: "vh", for: "field" }, words.message),
      this.#field,
      element("button", { class: "send", "aria-label": words.send }, icon(ICONS.send)),
    );
    this.#panel = element(
      "dialog",
      { class: "panel", role: "dialog", "aria-labelledby": "title" },
      element(
        "div",
        { class: "head" },
        element("span", { class: "avatar", "aria-hidden": "true" }, this.#initials, this.#presence),
        element("div", { class: "who" }, this.#title, this.#status),
        close,
      ),
      this.#log,
      this.#typing,
      this.#notice,
      bar,
      element("p", { class: "foot" }, words.foot),
    );
    this.#notice.hidden = true;
    this.#build();
    this.#launch.onclick = () => this.show(!this.#isOpen);
    close.onclick = () => this.show(false);
    this.#panel.oncancel = () => this.show(false);
    this.#panel.onkeydown = (event) => this.#keyInPanel(event);
    this.#field.onkeydown = (event) => this.#keyInField(event);
    this.#field.oninput = () => this.#typed();
    bar.onsubmit = (event) => {
      event.preventDefault();
      this.#submit();
    };
    addEventListener("visibilitychange", () => this.draw());
    this.#field.value = chat.memory.read().draft;
    this.draw();
  }

  /** Open or close the dialog; the keyboard's focus goes along. */
  show(isOpen: boolean): void {
    this.reveal(isOpen);
    if (isOpen) this.#field.focus();
    else this.#launch.focus();
  }

  /** Open or close without touching the focus: the page was loaded with the dialog open. */
  reveal(isOpen: boolean): void {
    this.#isOpen = isOpen;
    this.host.toggleAttribute("open", isOpen); // So that a page can make room: omnihub-chat[open].
    if (!isOpen) this.#panel.close();
    else if (matchMedia(PHONE).matches) this.#panel.showModal();
    else this.#panel.open = true; // show() would take the focus from the page.
    this.#chat.memory.write({ open: isOpen });
    if (isOpen) this.#chat.wire.open();
    this.draw();
    this.#log.scrollTop = this.#log.scrollHeight;
  }

  /** Bring the page in line with the chat's state. */
  draw(): void {
    if (this.#isOpen && !document.hidden) this.#chat.look();
    this.#drawLauncher();
    this.#drawHead();
    this.#drawLog();
    this.#drawTyping();
    if (this.#chat.wire.state === "refused") this.#warn(words.refused);
  }

  #build(): void {
    const root = this.host.attachShadow({ mode: "open" });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    root.adoptedStyleSheets = [sheet];
    root.append(element("div", { class: "dock", lang: language, dir: direction }, this.#launch, this.#panel));
  }

  #drawLauncher(): void {
    const unread = this.#isOpen ? 0 : this.#chat.unread();
    const label = this.#isOpen ? words.close : words.ask;
    const wanted = `${this.#isOpen} ${unread}`;
    if (this.#launch.dataset.drawn === wanted) return;
    this.#launch.dataset.drawn = wanted;
    this.#launch.setAttribute("aria-expanded", String(this.#isOpen));
    this.#launch.setAttribute("aria-label", unread ? `${label}. ${fill(words.unread, unread)}` : label);
    this.#launchLabel.textContent = label;
    this.#badge.textContent = unread > 99 ? "99+" : String(unread);
    this.#badge.hidden = !unread;
    this.#launchLabel.hidden = this.#isOpen;
    this.#launch.replaceChildren(icon(this.#isOpen ? ICONS.down : ICONS.chat), this.#launchLabel, this.#badge);
  }

  #drawHead(): void {
    const chat = this.#chat;
    const site = chat.memory.read().site;
    const agent = chat.list().findLast((each) => !each.mine)?.author;
    const name = agent && site ? fill(words.from, agent, site) : agent || site;
    this.#initials.data = initials(agent || site || words.chat);
    write(this.#title, name || words.chat);
    write(this.#status, this.#connection());
    this.#presence.dataset.state = chat.wire.state === "open" ? chat.agents! : "offline";
  }

  #connection(): string {
    const chat = this.#chat;
    if (chat.wire.state === "open") return words[chat.agents!];
    if (chat.wire.state === "lost") return navigator.onLine ? words.lost : words.offline;
    return chat.wire.state === "connecting" ? words.connecting : "";
  }

  #drawLog(): void {
    const wasAtEnd = this.#log.scrollHeight - this.#log.scrollTop - this.#log.clientHeight < NEAR_END_PX;
    const entries = this.#chat.list();
    const wanted: HTMLElement[] = entries.length ? [] : [this.#hello()];
    const lastMine = entries.findLast((each) => each.mine && each.seq !== null);
    entries.forEach((entry, at) => {
      const before = entries[at - 1];
      const pause = !before || entry.at - before.at > PAUSE_SHOWN_MS;
      if (pause) wanted.push(this.#line(entry));
      const follows = !pause && before.mine === entry.mine && before.author === entry.author;
      wanted.push(this.#turn(entry, follows, entry === lastMine));
    });
    place(this.#log, wanted);
    const grew = wanted.at(-1)?.dataset.key !== this.#log.dataset.last;
    this.#log.dataset.last = wanted.at(-1)?.dataset.key ?? "";
    if (wasAtEnd || (grew && entries.at(-1)?.mine)) this.#log.scrollTop = this.#log.scrollHeight;
  }

  #hello(): HTMLElement {
    const { agents } = this.#chat;
    const more = agents ? words[`${agents}More`] : "";
    return this.#keep("hello", more, () =>
      element("div", { class: "hello" }, element("h3", {}, words.welcome), element("p", {}, more)),
    );
  }

  #line(entry: Entry): HTMLElement {
    const day = new Date(entry.at);
    const isToday = day.toDateString() === new Date().toDateString();
    const form = new Intl.DateTimeFormat(locale, { dateStyle: isToday ? undefined : "medium", timeStyle: "short" });
    const text = form.format(day);
    return this.#keep("line " + entry.key, text, () => element("p", { class: "line" }, text));
  }

  #turn(entry: Entry, follows: boolean, isLastMine: boolean): HTMLElement {
    const isRead = entry.seq !== null && entry.seq <= this.#chat.readSeq;
    const state = [entry.delivery, entry.seq, follows, isLastMine, isRead, entry.reason].join();
    return this.#keep(entry.key, state, () => {
      const author = entry.mine ? words.you : entry.author || words.chat;
      const shown = entry.mine || follows ? "vh" : "name";
      const turn = element("div", {
        class: `turn ${entry.mine ? "mine" : ""} ${follows ? "next" : ""} ${entry.delivery}`,
        title: new Date(entry.at).toLocaleString(locale),
      });
      turn.append(element("span", { class: shown }, author));
      if (entry.text) turn.append(element("p", { class: "bubble", dir: "auto" }, ...linked(entry.text)));
      for (const file of entry.attachments) {
        const chip = link(file.url, icon(ICONS.file), file.filename);
        chip.className = "file";
        turn.append(chip);
      }
      const ticks = this.#ticks(entry, isLastMine, isRead);
      if (ticks) turn.append(ticks);
      return turn;
    });
  }

  #ticks(entry: Entry, isLastMine: boolean, isRead: boolean): HTMLElement | undefined {
    if (entry.delivery === "failed") {
      const retry = element("button", { class: "retry", type: "button" }, words.retry);
      retry.onclick = () => {
        this.#notice.hidden = true;
        this.#chat.retry(entry.key);
        this.#field.focus();
      };
      return element("span", { class: "ticks" }, `${words.failed} ${entry.reason}`, retry);
    }
    if (entry.seq === null) return element("span", { class: "ticks" }, icon(ICONS.clock), words[entry.delivery]);
    if (!isLastMine) return undefined;
    return isRead
      ? element("span", { class: "ticks seen" }, icon(ICONS.checks), words.read)
      : element("span", { class: "ticks" }, icon(ICONS.check), words.sent);
  }

  #drawTyping(): void {
    const text = this.#chat.typing && fill(words.typing, this.#chat.typing);
    if (this.#typing.textContent === text) return;
    const dots = element("span", { class: "dots" }, element("i"), element("i"), element("i"));
    this.#typing.replaceChildren(...(text ? [dots, text] : []));
  }

  /** An element under a key, made again only when its state differs: the log announces additions alone. */
  #keep(key: string, state: string, make: () => HTMLElement): HTMLElement {
    const known = this.#drawn.get(key);
    if (known?.state === state) return known.node;
    const node = make();
    node.dataset.key = key;
    if (known) known.node.replaceWith(node);
    this.#drawn.set(key, { state, node });
    return node;
  }

  #submit(): void {
    const text = this.#field.value.replaceAll("\0", "").trim();
    if (!text) return;
    const length = [...text].length;
    if (length > MAX_CHARACTERS) return this.#warn(fill(words.tooLong, length, MAX_CHARACTERS));
    this.#notice.hidden = true;
    this.#field.value = "";
    this.#chat.memory.write({ draft: "" });
    this.#chat.say(text);
    this.#field.focus();
  }

  #typed(): void {
    this.#notice.hidden = this.#chat.wire.state !== "refused";
    this.#chat.memory.write({ draft: this.#field.value });
    this.#chat.compose(!!this.#field.value.trim());
  }

  #warn(text: string): void {
    write(this.#notice, text);
    this.#notice.hidden = false;
  }

  #keyInField(event: KeyboardEvent): void {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    this.#submit();
  }

  #keyInPanel(event: KeyboardEvent): void {
    event.stopPropagation(); // The page's own shortcuts must not see what is typed here.
    if (event.key === "Escape") this.show(false);
  }
}

/** Set an element's text unless it is there already, so that live regions stay quiet. */
function write(target: HTMLElement, text: string): void {
  if (target.textContent !== text) target.textContent = text;
}

/** Make these the children, in this order, moving nothing that is in its place. */
function place(parent: HTMLElement, wanted: HTMLElement[]): void {
  const keep = new Set<Node>(wanted);
  for (const child of [...parent.children]) if (!keep.has(child)) child.remove();
  wanted.forEach((node, at) => {
    if (parent.children[at] !== node) parent.insertBefore(node, parent.children[at] ?? null);
  });
}

/** "Tomasz Wilk" → "TW", "Acme" → "A". */
function initials(name: string): string {
  const words = name.trim().split(/\s+/);
  const ends = words.length > 1 ? [words[0]!, words.at(-1)!] : words;
  return ends.map((word) => [...word][0] ?? "").join("").toUpperCase();
}
