/** Plain text as people wrote it: line breaks kept, web addresses made into links. */

const ADDRESS = /\bhttps?:\/\/[^\s<>"']+[^\s<>"'.,;:!?)\]}]/gi;

/** The pieces of a text, addresses marked. */
export function pieces(text: string): { text: string; isLink: boolean }[] {
  const found: { text: string; isLink: boolean }[] = [];
  let at = 0;
  for (const match of text.matchAll(ADDRESS)) {
    if (match.index > at) found.push({ text: text.slice(at, match.index), isLink: false });
    found.push({ text: match[0], isLink: true });
    at = match.index + match[0].length;
  }
  if (at < text.length) found.push({ text: text.slice(at), isLink: false });
  return found;
}

export function Prose({ text }: { text: string }) {
  return (
    <p class="prose" dir="auto">
      {pieces(text).map((piece, at) =>
        piece.isLink ? (
          <a key={at} href={piece.text} target="_blank" rel="noopener noreferrer nofollow">
            {piece.text}
          </a>
        ) : (
          piece.text
        ),
      )}
    </p>
  );
}
