/** Prepares a mail's sanitised HTML for its frame: what is folded, which images are shown, links out, ink and paper. */

import { suitDarkness } from "./mailink";

export interface MailView {
  /** Where each remote image can be had by now; those that are missing stay blocked. */
  images: ReadonlyMap<string, string>;
  isUnfolded: boolean;
  isDark: boolean;
}

export interface Prepared {
  html: string;
  /** There is something to unfold. */
  hasFolds: boolean;
  /** The mail brings its own surfaces, so that it needs white paper under it. */
  isOnPaper: boolean;
}

/** Parses in an inert document: nothing runs, nothing loads. */
export function prepare(html: string, { images, isUnfolded, isDark }: MailView): Prepared {
  const { body } = new DOMParser().parseFromString(html, "text/html");
  for (const link of body.ownerDocument.links) {
    link.setAttribute("target", "_blank");
    link.setAttribute("rel", "noopener noreferrer nofollow");
  }
  for (const image of body.querySelectorAll("img[data-remote-src]")) {
    const url = images.get(image.getAttribute("data-remote-src") ?? "");
    if (url) image.setAttribute("src", url);
    else image.replaceWith(placeholder(image));
  }
  const folds = foldsOf(body);
  if (!isUnfolded) {
    folds.forEach((fold) => fold.remove());
    if (folds.length) trimEnd(body);
  }
  const isOnPaper = isDark && !suitDarkness(body);
  return { html: body.innerHTML, hasFolds: folds.length > 0, isOnPaper };
}

/** The height in px that a blocked image keeps at most: a letter should not be mostly holes. */
const TALLEST = 120;

/** A dashed box as large as the image would be, with its words in it. */
function placeholder(image: Element): HTMLElement {
  const box = image.ownerDocument.createElement("span");
  const size = (name: "width" | "height"): number =>
    Number.parseInt((image as HTMLElement).style[name] || image.getAttribute(name) || "", 10) || 0;
  box.textContent = image.getAttribute("alt") ?? "";
  box.setAttribute("data-blocked", "");
  box.style.cssText = "display:inline-block;max-width:100%;min-width:24px;min-height:24px;padding:2px 6px;";
  if (size("width")) box.style.width = `${size("width")}px`;
  if (size("height")) box.style.height = `${Math.min(TALLEST, size("height"))}px`;
  return box;
}

/** Takes the empty lines off the end, which stood between an answer and its quote. */
function trimEnd(element: Element): void {
  for (let last = element.lastChild; last; last = element.lastChild) {
    const isEmpty = last.textContent?.trim() === "" && !(last instanceof Element && holdsSight(last));
    if (!isEmpty) {
      if (last instanceof Element && !holdsSight(last)) trimEnd(last);
      return;
    }
    last.remove();
  }
}

const holdsSight = (element: Element): boolean =>
  element.matches("img,hr,table,[data-blocked]") || element.querySelector("img,hr,table,[data-blocked]") !== null;

/** The outermost folds that the hub marked, or a quote at the end; none where nothing would be left. */
function foldsOf(body: HTMLElement): Element[] {
  const marked = [...body.querySelectorAll("[data-fold]")].filter((one) => !one.parentElement?.closest("[data-fold]"));
  const folds = marked.length ? marked : trailingQuote(body);
  folds.forEach((fold) => fold.setAttribute("data-fold", "quote"));
  const rest = body.cloneNode(true) as HTMLElement;
  rest.querySelectorAll("[data-fold]").forEach((one) => one.remove());
  return rest.textContent?.trim() || rest.querySelector("img") ? folds : [];
}

/** The quote at the end of a mail, with the line that introduces it. */
function trailingQuote(body: HTMLElement): Element[] {
  const quote = [...body.querySelectorAll("blockquote")].find(
    (one) => !one.parentElement?.closest("blockquote") && textAfter(body, one) === "",
  );
  if (!quote) return [];
  return [introductionOf(quote), quote].filter((part): part is Element => part !== null);
}

function textAfter(body: HTMLElement, element: Element): string {
  const range = body.ownerDocument.createRange();
  range.setStartAfter(element);
  range.setEndAfter(body.lastChild ?? element);
  return range.toString().trim();
}

/** "On Monday, Ana wrote:" just before the quote. */
function introductionOf(quote: Element): Element | null {
  const before = quote.previousElementSibling;
  return before && /:\s*$/.test(before.textContent ?? "") && (before.textContent?.length ?? 0) < 300 ? before : null;
}

export interface Ink {
  text: string;
  link: string;
  line: string;
  quiet: string;
  font: string;
}

/** How words in table cells break: whole, or anywhere where whole ones would need a page too wide to read. */
export type CellBreak = "break-word" | "anywhere";

interface Page {
  ink: Ink;
  nonce: string;
  origin: string;
  cells: CellBreak;
}

/** The whole document of the frame. Its policy allows our images and inline styles, and nothing else. */
export function frameDocument(html: string, { ink, nonce, origin, cells }: Page): string {
  const policy = `default-src 'none'; img-src ${origin} data:; style-src-attr 'unsafe-inline'; style-src-elem 'nonce-${nonce}'`;
  return `<!doctype html><html><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="referrer" content="no-referrer"><base target="_blank"><style nonce="${nonce}">
html{color-scheme:only light;overflow-wrap:anywhere;scrollbar-width:thin;overflow:hidden}
body{margin:0;background:transparent;color:${ink.text};font:14px/1.55 ${ink.font}}
a{color:${ink.link}} img{max-width:100%;height:auto} table{max-width:100%;overflow-wrap:${cells}} pre{white-space:pre-wrap}
[data-blocked]{box-sizing:border-box;overflow:hidden;vertical-align:top;outline:1px dashed ${ink.line};outline-offset:-1px;border-radius:4px;color:${ink.quiet};font:12px/1.5 ${ink.font}}
p{margin:0 0 .75em} p:last-child{margin-bottom:0}
blockquote{margin:8px 0;padding-inline-start:12px;border-inline-start:2px solid ${ink.line};color:${ink.quiet}}
</style></head><body dir="auto">${html}</body></html>`;
}
