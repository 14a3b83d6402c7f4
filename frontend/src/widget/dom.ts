/** Elements without a library: nothing here needs innerHTML, inline styles or eval, so any page's policy allows it. */

type Child = Node | string;

/** An element with attributes (an empty string sets a bare attribute) and children. */
export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Record<string, string> = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  for (const name in attributes) made.setAttribute(name, attributes[name]!);
  made.append(...children);
  return made;
}

const SVG = "http://www.w3.org/2000/svg";

/** A line icon on a 24 grid, drawn by one path; screen readers skip it. */
export function icon(path: string): SVGSVGElement {
  const drawing = document.createElementNS(SVG, "svg");
  drawing.setAttribute("viewBox", "0 0 24 24");
  drawing.setAttribute("aria-hidden", "true");
  const line = document.createElementNS(SVG, "path");
  line.setAttribute("d", path);
  drawing.append(line);
  return drawing;
}

export const ICONS = {
  chat: "M6.5 4.75h11A2.75 2.75 0 0 1 20.25 7.5v6a2.75 2.75 0 0 1-2.75 2.75H11.5L7 20v-3.75h-.5A2.75 2.75 0 0 1 3.75 13.5v-6A2.75 2.75 0 0 1 6.5 4.75Z",
  down: "m6.5 9.5 5.5 5.5 5.5-5.5",
  close: "m6 6 12 12M18 6 6 18",
  send: "M12 19V5m-6 6 6-6 6 6",
  clock: "M20.25 12a8.25 8.25 0 1 1-16.5 0 8.25 8.25 0 0 1 16.5 0ZM12 7.5V12l3 2",
  check: "m5 12.5 4.5 4.5L19 7.5",
  checks: "m2.5 12.5 4.5 4.5L16 8M12.5 17l9-9",
  file: "M14 3.5H7v17h10.5V7ZM14 3.5V7h3.5",
};

const ADDRESS = /https?:\/\/[^\s<>"]+[^\s<>".,;:!?)\]'}]/g;

/** Text with its web addresses as links that tell the target nothing about this page. */
export function linked(text: string): Child[] {
  const parts: Child[] = [];
  let from = 0;
  for (const found of text.matchAll(ADDRESS)) {
    parts.push(text.slice(from, found.index), link(found[0], found[0]));
    from = found.index + found[0].length;
  }
  parts.push(text.slice(from));
  return parts;
}

/** A link that opens beside the page. */
export function link(href: string, ...children: Child[]): HTMLAnchorElement {
  return element("a", { href, target: "_blank", rel: "noopener noreferrer" }, ...children);
}
