"""What an agent wrote as the HTML and the plain text of a mail, with signature, quotation and marker."""

from __future__ import annotations

import html as entities
import re
import unicodedata

from connectors.email.reading.html_text import html_to_text
from connectors.email.sending import own_ids
from hub.messages import OutboundMessage, Quoted

QUOTED_TEXT_LIMIT = 20_000  # characters of the mail that is answered
QUOTED_HTML_LIMIT = 100_000

_FONT = (
    "font-family:system-ui,-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif;"
    "font-size:14px;line-height:1.5"
)
_QUOTE_STYLE = "margin:0 0 0 .8ex;border-left:1px solid #ccc;padding-left:1ex"
_LINK = re.compile(r"https?://[^\s<>\"']*[^\s<>\"'.,;:!?)\]}]")
_PICTURE_OF_MAIL = re.compile(r"<img\b[^>]*\bsrc\s*=\s*[\"']?cid:[^>]*>", re.IGNORECASE)
_RIGHT_TO_LEFT = frozenset(("R", "AL"))


def plain(message: OutboundMessage) -> str:
    """The text part. The signature stands below the line that readers know (RFC 3676 §4.3)."""
    pieces = [message.text or html_to_text(message.html)]
    if message.signature_text.strip():
        pieces.append(f"-- \n{message.signature_text.strip()}")
    if message.quoted is not None:
        pieces.append(_plain_quotation(message.quoted))
    return "\n\n".join(pieces)


def _plain_quotation(quoted: Quoted) -> str:
    text = (quoted.text or html_to_text(quoted.html))[:QUOTED_TEXT_LIMIT]
    lines = (f"> {line}".rstrip() for line in text.splitlines())
    return "\n".join([attribution(quoted), *lines])


def document(message: OutboundMessage) -> str:
    """The HTML part: a whole document that needs no style sheet."""
    written = message.html or paragraphs(message.text)
    signature = message.signature_html or paragraphs(message.signature_text)
    pieces = [f'<div dir="{direction(message.text or html_to_text(message.html))}" style="{_FONT}">', written]
    if signature:
        pieces.append(f'<br><div class="gmail_signature">{signature}</div>')
    pieces.append("</div>")
    if message.quoted is not None:
        pieces.append(_quotation(message.quoted))
    pieces.append(own_ids.marker(message.reply_token))
    return _whole("".join(pieces))


def _whole(body: str) -> str:
    head = '<meta http-equiv="Content-Type" content="text/html; charset=utf-8">'
    return f"<!DOCTYPE html>\n<html><head>{head}</head><body>\n{body}\n</body></html>\n"


def _quotation(quoted: Quoted) -> str:
    """In the form of Gmail, which every program folds that folds anything."""
    source = quoted.html if 0 < len(quoted.html) <= QUOTED_HTML_LIMIT else ""
    words = _PICTURE_OF_MAIL.sub("", source) or paragraphs(quoted.text[:QUOTED_TEXT_LIMIT])
    return (
        '<br><div class="gmail_quote">'
        f'<div dir="ltr" class="gmail_attr">{entities.escape(attribution(quoted))}<br></div>'
        f'<blockquote class="gmail_quote" type="cite" style="{_QUOTE_STYLE}">{words}</blockquote></div>'
    )


def attribution(quoted: Quoted) -> str:
    """The line above a quotation; readers of many programs know this form."""
    author = quoted.author
    name = " ".join(author.name.replace("<", " ").replace(">", " ").split())
    address = f"<{author.display or author.value}>"
    return f"On {quoted.written_at:%a, %b %-d, %Y at %H:%M}, {name} {address} wrote:".replace(",  <", ", <")


def paragraphs(text: str) -> str:
    """Plain text as HTML: a paragraph for each block, links to click, each in its own direction."""
    blocks = [block for block in re.split(r"\n[ \t]*\n", text.replace("\r\n", "\n")) if block.strip()]
    return "".join(f'<p dir="{direction(block)}">{_lines(block.strip(chr(10)))}</p>' for block in blocks)


def _lines(block: str) -> str:
    pieces, position = [], 0
    for link in _LINK.finditer(block):
        address = entities.escape(link[0])
        pieces += [entities.escape(block[position : link.start()]), f'<a href="{address}">{address}</a>']
        position = link.end()
    pieces.append(entities.escape(block[position:]))
    return "".join(pieces).replace("\n", "<br>\n")


def direction(text: str) -> str:
    """The direction of a text by its first letter that has one; not every program knows dir="auto"."""
    for letter in text[:2000]:
        kind = unicodedata.bidirectional(letter)
        if kind == "L":
            return "ltr"
        if kind in _RIGHT_TO_LEFT:
            return "rtl"
    return "ltr"
