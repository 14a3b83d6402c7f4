/** Prepares a mail's sanitised HTML for its frame: quote split off, links out, the frame's own policy and ink. */

export interface SplitHtml {
  body: string;
  quote: string;
  hasRemote: boolean;
}

/** Parses in an inert document: nothing runs, nothing loads. */
export function splitHtml(html: string): SplitHtml {
  const page = new DOMParser().parseFromString(html, "text/html");
  const hasRemote = page.querySelector("img[data-remote-src]") !== null;
  for (const link of page.links) {
    link.setAttribute("target", "_blank");
    link.setAttribute("rel", "noopener noreferrer nofollow");
  }
  const quote = trailingQuote(page.body);
  return { body: page.body.innerHTML, quote, hasRemote };
}

/** Takes the quote off the end of the mail, with the line that introduces it; empty where nothing stands before it. */
function trailingQuote(body: HTMLElement): string {
  const quote = [...body.querySelectorAll("blockquote")].find(
    (one) => !one.parentElement?.closest("blockquote") && textAfter(body, one) === "",
  );
  if (!quote) return "";
  const parts = [introductionOf(quote), quote].filter((part): part is Element => part !== null);
  const html = parts.map((part) => part.outerHTML).join("");
  const whole = body.cloneNode(true);
  parts.forEach((part) => part.remove());
  const isAnswer = body.textContent?.trim() !== "" || body.querySelector("img") !== null;
  if (isAnswer) return html;
  body.replaceChildren(...whole.childNodes);
  return "";
}

function textAfter(body: HTMLElement, element: Element): string {
  const range = document.createRange();
  range.setStartAfter(element);
  range.setEndAfter(body.lastChild ?? element);
  return range.toString().trim();
}

/** "On Monday, Ana wrote:" just before the quote. */
function introductionOf(quote: Element): Element | null {
  const before = quote.previousElementSibling;
  return before && /:\s*$/.test(before.textContent ?? "") && (before.textContent?.length ?? 0) < 300 ? before : null;
}

/** True where the mail brings its own colours, so that it needs white paper under it whatever the theme. */
export function hasOwnColours(html: string): boolean {
  return /\b(bgcolor|background(-color)?\s*[:=]|color\s*[:=])/i.test(html);
}

export interface Ink {
  text: string;
  link: string;
  line: string;
  quiet: string;
  font: string;
}

/** The whole document of the frame. Its policy allows our images and inline styles, and nothing else. */
export function frameDocument(html: string, ink: Ink, nonce: string, origin: string): string {
  const policy = `default-src 'none'; img-src ${origin} data:; style-src-attr 'unsafe-inline'; style-src-elem 'nonce-${nonce}'`;
  return `<!doctype html><html><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${policy}">
<base target="_blank"><style nonce="${nonce}">
html{color-scheme:only light;overflow-wrap:anywhere;scrollbar-width:thin}
body{margin:0;background:transparent;color:${ink.text};font:14px/1.55 ${ink.font}}
a{color:${ink.link}} img{max-width:100%;height:auto} table{max-width:100%} pre{white-space:pre-wrap}
p{margin:0 0 .75em} p:last-child{margin-bottom:0}
blockquote{margin:8px 0;padding-inline-start:12px;border-inline-start:2px solid ${ink.line};color:${ink.quiet}}
</style></head><body dir="auto">${html}</body></html>`;
}
