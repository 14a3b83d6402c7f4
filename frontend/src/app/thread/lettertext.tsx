/** What a mail says: text, or HTML in its shielded frame; quotes and signatures folded, remote images asked for. */

import { useEffect, useMemo, useState } from "preact/hooks";
import { t } from "../../lib/i18n";
import { stretches } from "../../lib/quote";
import { isDark } from "../../lib/store/prefs";
import { isWelcome, linksOf, requestImages } from "../../lib/store/images";
import type { Item } from "../../lib/types";
import { classes } from "../../ui/classes";
import { Icon } from "../../ui/icons";
import { ImageBar } from "./imagebar";
import { MailFrame } from "./mailframe";
import { prepare } from "./mailhtml";
import { Prose } from "./prose";

export function TextBody({ item }: { item: Item }) {
  const parts = useMemo(() => stretches(item.text, item.folds), [item.text, item.folds]);
  return (
    <div class="letter__body">
      {parts.map((part, at) =>
        part.kind === "text" ? (
          <Prose key={at} text={part.text} />
        ) : (
          <Fold key={at}>
            <blockquote dir="auto">
              <Prose text={part.text.replace(/^>[ \t]?/gm, "")} />
            </blockquote>
          </Fold>
        ),
      )}
    </div>
  );
}

export function HtmlBody({ item }: { item: Item }) {
  const [isUnfolded, setUnfolded] = useState(false);
  const dark = isDark.value;
  const images = linksOf(item.id).value;
  const html = item.html ?? "";
  const {
    isOnPaper,
    hasFolds,
    html: shown,
  } = useMemo(() => prepare(html, { images, isUnfolded, isDark: dark }), [html, images, isUnfolded, dark]);
  const wants = item.remote_images?.count ? item : null;
  useEffect(() => {
    if (wants && isWelcome(wants)) void requestImages(wants);
  }, [item.id]);
  return (
    <>
      {item.remote_images && <ImageBar item={item} />}
      <div class="letter__body letter__body--html">
        <MailFrame
          html={shown}
          title={t("letter.frame", { name: item.author.name })}
          isOnPaper={isOnPaper}
          isDark={dark}
        />
        {hasFolds && (
          <button
            type="button"
            class={classes("fold", isUnfolded && "fold--open")}
            aria-expanded={isUnfolded}
            aria-label={t(isUnfolded ? "letter.hideQuote" : "letter.showQuote")}
            title={t(isUnfolded ? "letter.hideQuote" : "letter.showQuote")}
            onClick={() => setUnfolded(!isUnfolded)}
          >
            <Icon name="more" size="s" />
          </button>
        )}
      </div>
    </>
  );
}

function Fold({ children }: { children: preact.ComponentChildren }) {
  return (
    <details class="quote">
      <summary class="fold" aria-label={t("letter.showQuote")} title={t("letter.showQuote")}>
        <Icon name="more" size="s" />
      </summary>
      {children}
    </details>
  );
}
