/** A mail's HTML in a frame without scripts and of no origin; its height is measured on a harmless likeness. */

import { useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import { isDark } from "../../lib/store/prefs";
import { type Ink, frameDocument, hasOwnColours } from "./mailhtml";
import { measure } from "./likeness";

const PAPER: Ink = {
  text: "#1b2326",
  link: "#0a5c69",
  line: "#c9d0d2",
  quiet: "#4a5559",
  font: "system-ui, sans-serif",
};

export function MailFrame({ html, title }: { html: string; title: string }) {
  const host = useRef<HTMLDivElement>(null);
  const [height, setHeight] = useState(48);
  const isColoured = useMemo(() => hasOwnColours(html), [html]);
  const dark = isDark.value;
  const [page, setPage] = useState("");

  useLayoutEffect(() => {
    const element = host.current;
    if (!element) return;
    const ink = isColoured && dark ? PAPER : inkOf(element);
    setPage(frameDocument(html, ink, nonce(), location.origin));
    const size = (): void => setHeight(measure(html, element.clientWidth, ink.font, size));
    const observer = new ResizeObserver(size);
    observer.observe(element);
    return () => observer.disconnect();
  }, [html, dark, isColoured]);

  return (
    <div ref={host} class="mail" data-paper={isColoured && dark ? "" : undefined}>
      {page && (
        <iframe
          class="mail__frame"
          title={title}
          srcdoc={page}
          referrerpolicy="no-referrer"
          sandbox="allow-popups allow-popups-to-escape-sandbox"
          style={{ blockSize: `${height}px` }}
        />
      )}
    </div>
  );
}

/** The page's own colours, resolved: a frame of no origin cannot read custom properties. */
function inkOf(element: HTMLElement): Ink {
  const style = getComputedStyle(element);
  const role = (name: string): string => {
    const probe = document.createElement("span");
    probe.style.color = `var(${name})`;
    element.append(probe);
    const colour = getComputedStyle(probe).color;
    probe.remove();
    return colour;
  };
  return {
    text: role("--text"),
    link: role("--accent-text"),
    line: role("--line-firm"),
    quiet: role("--text-2"),
    font: style.fontFamily.replaceAll('"', "'"),
  };
}

function nonce(): string {
  return document.querySelector<HTMLScriptElement>("script[nonce]")?.nonce ?? "";
}
