/** How a text will read, with believable values in its variables. */

import { w } from "../words";
import { filled } from "./variables";

interface PreviewProps {
  subject?: string;
  text: string;
  /** Shown where nothing is written. */
  empty: string;
}

export function Preview({ subject, text, empty }: PreviewProps) {
  return (
    <section class="preview" aria-label={w("preview")}>
      <h2>{w("preview")}</h2>
      {subject && (
        <p class="strong" dir="auto">
          {filled(subject)}
        </p>
      )}
      <p class={text.trim() ? "preview__text" : "quiet"} dir="auto">
        {text.trim() ? filled(text) : empty}
      </p>
    </section>
  );
}
