/** A mail's HTML in a frame without scripts and of no origin; its size is measured on a harmless likeness. */

import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { measure } from "./likeness";
import { type CellBreak, type Ink, frameDocument } from "./mailhtml";

const PAPER: Ink = {
  text: "#1b2326",
  link: "#0a5c69",
  line: "#c9d0d2",
  quiet: "#4a5559",
  font: "system-ui, sans-serif",
};

/** Below this share of its size a mail is not shrunk: one moves over it sideways instead. */
const SMALLEST = 0.55;

interface Size {
  width: number;
  height: number;
  scale: number;
}

interface MailFrameProps {
  html: string;
  title: string;
  /** White paper under a mail with surfaces of its own, on a dark page. */
  isOnPaper: boolean;
  isDark: boolean;
}

export function MailFrame({ html, title, isOnPaper, isDark }: MailFrameProps) {
  const host = useRef<HTMLDivElement>(null);
  const [size, setSize] = useState<Size>({ width: 0, height: 48, scale: 1 });
  const [page, setPage] = useState("");

  useLayoutEffect(() => {
    const element = host.current;
    if (!element) return;
    const ink = isOnPaper ? PAPER : inkOf(element);
    let shown: CellBreak | null = null;
    const fit = (): void => {
      const room = innerWidth(element);
      const fitted = fitInto(html, room, ink.font, fit);
      setSize(fitted.size);
      if (fitted.cells === shown) return;
      shown = fitted.cells;
      setPage(frameDocument(html, { ink, nonce: nonce(), origin: location.origin, cells: shown }));
    };
    const observer = new ResizeObserver(fit);
    observer.observe(element);
    return () => observer.disconnect();
  }, [html, isDark, isOnPaper]);

  const { width, height, scale } = size;
  return (
    <div ref={host} class="mail" data-paper={isOnPaper ? "" : undefined}>
      {page && (
        <div class="mail__room" tabIndex={0} style={{ blockSize: `${height * scale}px` }}>
          <iframe
            class="mail__frame"
            title={title}
            srcdoc={page}
            referrerpolicy="no-referrer"
            sandbox="allow-popups allow-popups-to-escape-sandbox"
            style={{
              blockSize: `${height}px`,
              inlineSize: scale === 1 && width === 0 ? "100%" : `${width}px`,
              scale: String(scale),
            }}
          />
        </div>
      )}
    </div>
  );
}

/** As it is, smaller where that can still be read, or with words broken anywhere. */
function fitInto(html: string, room: number, font: string, again: () => void): { size: Size; cells: CellBreak } {
  const whole = measure(html, room, font, "break-word", again);
  if (room / whole.width >= SMALLEST)
    return { cells: "break-word", size: { ...whole, scale: Math.min(1, room / whole.width) } };
  const broken = measure(html, room, font, "anywhere", again);
  return { cells: "anywhere", size: { ...broken, scale: Math.max(SMALLEST, Math.min(1, room / broken.width)) } };
}

function innerWidth(element: HTMLElement): number {
  const style = getComputedStyle(element);
  return element.clientWidth - Number.parseFloat(style.paddingLeft) - Number.parseFloat(style.paddingRight);
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
