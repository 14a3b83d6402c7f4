/** Where there is nothing: what that means, in one line, and perhaps what to do. */

import type { ComponentChildren } from "preact";

export function Empty({ title, text, children }: { title: string; text: string; children?: ComponentChildren }) {
  return (
    <div class="empty">
      <svg class="empty__art" viewBox="0 0 88 88" aria-hidden="true">
        <circle cx="44" cy="44" r="38" stroke-dasharray="2 7" />
        <circle cx="44" cy="44" r="22" />
      </svg>
      <h2>{title}</h2>
      <p>{text}</p>
      {children}
    </div>
  );
}
