/**
 * How high a mail stands at a width. The frame cannot be asked, because it has no origin and no scripts; so a likeness
 * is laid out unseen: our own elements, the mail's words and sizes, no addresses, no handlers, images as empty boxes.
 */

import type { CellBreak } from "./mailhtml";

const SHAPES = new Set(
  (
    "A ABBR B BLOCKQUOTE BR CENTER CODE DD DEL DIV DL DT EM FONT H1 H2 H3 H4 H5 H6 HR I INS LI OL P PRE Q S SMALL SPAN STRONG " +
    "SUB SUP TABLE TBODY TD TFOOT TH THEAD TR U UL ARTICLE SECTION HEADER FOOTER"
  ).split(" "),
);
const KEPT = [
  "width",
  "height",
  "cellpadding",
  "cellspacing",
  "border",
  "colspan",
  "rowspan",
  "align",
  "valign",
  "size",
  "dir",
];
const UNSAFE = /url\s*\(|expression|position\s*:|@import|behavior|-moz-binding/i;
const MAX_NODES = 20_000;
const sizes = new Map<string, { width: number; height: number }>();

export interface Measure {
  /** Height in px, at `width`. */
  height: number;
  /** The width that the mail needs; more than was given where something in it cannot be narrower. */
  width: number;
}

/** What `html` needs at `width` px. Calls `again` once images whose size was unknown have told it. */
export function measure(html: string, width: number, font: string, cells: CellBreak, again: () => void): Measure {
  const room = document.createElement("div");
  room.className = "likeness";
  room.setAttribute("aria-hidden", "true");
  room.inert = true;
  room.style.inlineSize = `${width}px`;
  room.style.fontFamily = font.replaceAll("'", '"');
  room.style.setProperty("--cells", cells);
  const budget = { left: MAX_NODES };
  copy(new DOMParser().parseFromString(html, "text/html").body, room, again, budget);
  document.body.append(room);
  const needed = Math.max(width, room.scrollWidth);
  if (needed > width) room.style.inlineSize = `${needed}px`;
  const height = Math.max(room.scrollHeight, room.offsetHeight);
  room.remove();
  return { height: Math.ceil(height) + 2, width: needed };
}

function copy(from: Node, to: Element, again: () => void, budget: { left: number }): void {
  for (const node of from.childNodes) {
    if (budget.left-- <= 0) return;
    if (node.nodeType === Node.TEXT_NODE) to.append(node.nodeValue ?? "");
    else if (node instanceof Element && node.tagName === "IMG") to.append(box(node, again));
    else if (node instanceof Element && SHAPES.has(node.tagName)) {
      const twin = document.createElement(node.tagName);
      for (const name of KEPT) if (node.hasAttribute(name)) twin.setAttribute(name, node.getAttribute(name) ?? "");
      if (node.hasAttribute("data-blocked")) twin.setAttribute("data-blocked", "");
      dress(twin, node);
      to.append(twin);
      copy(node, twin, again, budget);
    } else if (node instanceof Element && !/^(STYLE|SCRIPT|TITLE|META|LINK)$/.test(node.tagName))
      copy(node, to, again, budget);
  }
}

function dress(twin: HTMLElement, original: Element): void {
  const style = original.getAttribute("style");
  if (style && !UNSAFE.test(style)) twin.style.cssText = style;
}

function box(image: Element, again: () => void): HTMLElement {
  const twin = document.createElement("span");
  const source = image.getAttribute("src") ?? "";
  const known = sizes.get(source);
  const width = Number.parseInt(image.getAttribute("width") ?? "", 10) || known?.width;
  const height = Number.parseInt(image.getAttribute("height") ?? "", 10) || known?.height;
  twin.style.cssText = "display:inline-block;max-inline-size:100%";
  if (width && height) {
    twin.style.inlineSize = `${width}px`;
    twin.style.aspectRatio = `${width} / ${height}`;
  } else if (isOurs(source) && !known) learn(source, again);
  return twin;
}

const isOurs = (source: string): boolean =>
  (source.startsWith("/") && !source.startsWith("//")) || source.startsWith(`${location.origin}/`);

function learn(source: string, again: () => void): void {
  sizes.set(source, { width: 0, height: 0 });
  const image = new Image();
  image.onload = () => {
    sizes.set(source, { width: image.naturalWidth, height: image.naturalHeight });
    again();
  };
  image.src = source;
}
