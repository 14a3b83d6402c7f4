"""Header values to text: unfolding, RFC 2047 encoded words, raw 8-bit, and RFC 2231 parameters."""

from __future__ import annotations

import binascii
import re
from urllib.parse import unquote_to_bytes

from connectors.email.reading.charsets import decode, storable
from connectors.email.reading.transfer import decode_base64

VALUE_LIMIT = 10 * 1024
"""Bytes of one header value that are read at all; the rest is cut before any decoding."""

_FOLD = re.compile(rb"\r?\n(?=[ \t])|[\r\n]+")
# A quoted value ends at the quote before the next ";": senders forget to escape quotes inside.
_PARAMETER = re.compile(r';\s*([^\s=;"]+)\s*=\s*("(?:[^"\\]|\\.)*"(?=\s*(?:;|$))|[^;]*)')
_CONTINUED = re.compile(r"([^*]+)\*(?:(\d{1,3})(\*?))?$")
_MAIN = re.compile(r"\s*([^\s;,=]+(?:\s*/\s*[^\s;,=]+)?)[\s,]+(?=[^\s=;]+\s*=)")
_ESCAPED = re.compile(r'\\(["\\])')
_HEX_PAIR = re.compile(r"[0-9A-Fa-f]{2}")
_CUT_WORD = re.compile(r"=\?([^?\s]{2,40})\?([bBqQ])\?([^?\s]{8,})$")


def header_text(value: bytes, charset: str = "") -> str:
    """A header value as text with its encoded words still encoded; raw 8-bit is UTF-8 or the best guess.

    `charset` is what the mail declares for its body: senders of raw 8-bit headers usually mean the same.
    """
    flat = value[:VALUE_LIMIT].rstrip()
    if b"\n" in flat or b"\r" in flat:
        flat = _FOLD.sub(b"", flat)
    if flat.isascii() and b"\x1b" not in flat:
        return flat.decode("ascii").replace("\x00", "").strip()
    try:
        text = decode(flat, charset) if b"\x1b" in flat else flat.decode("utf-8")
    except UnicodeDecodeError:
        text = decode(flat, charset)
    return text.replace("\x00", "").strip()


def decode_words(text: str) -> str:
    """The text with its RFC 2047 encoded words decoded; linear in its length, never raises.

    White space between two encoded words is dropped, and neighbours of one charset are joined before
    decoding because senders split multi-byte characters between words.
    """
    if "=?" not in text:
        return storable(text)
    if _CUT_WORD.search(text, max(0, len(text) - 1000)) is not None:
        text += "?="  # the sender's limit for a header fell into its last word
    out: list[str] = []
    charset, pending, position = "", b"", 0
    after_word = False
    while (start := text.find("=?", position)) >= 0:
        word = _encoded_word(text, start)
        if word is None:
            out.append(decode(pending, charset) + text[position : start + 2])
            charset, pending, position, after_word = "", b"", start + 2, False
            continue
        gap = text[position:start]
        label, data, end = word
        is_next = after_word and not gap.strip()
        if is_next and label == charset:
            pending += data
        else:
            between = "" if is_next else gap
            out.append(decode(pending, charset) + between)
            charset, pending = label, data
        position, after_word = end, True
    out.append(decode(pending, charset) + text[position:])
    return storable("".join(out))


def _encoded_word(text: str, start: int) -> tuple[str, bytes, int] | None:
    """Charset, bytes and end of the encoded word at `start`, or None when there is none."""
    mark = text.find("?", start + 2, start + 66)
    if mark < 0 or mark + 2 >= len(text) or text[mark + 2] != "?":
        return None
    label = text[start + 2 : mark].split("*")[0]
    kind = text[mark + 1].lower()
    end = text.find("?=", mark + 3)
    if kind == "q":
        end = _end_of_quoted_word(text, end)
    if end < 0 or not label or any(c.isspace() for c in label):
        return None
    encoded = text[mark + 3 : end].encode("utf-8", "replace")
    if kind == "b":
        return label.lower(), decode_base64(encoded)[0], end + 2
    if kind == "q":
        return label.lower(), binascii.a2b_qp(encoded, header=True), end + 2
    return None


def _end_of_quoted_word(text: str, end: int) -> int:
    """The "?=" at `end`, unless that is a bare "?" before an encoded character, as in "why?=20now?="."""
    after = text.find("?=", end + 2) if end >= 0 and _HEX_PAIR.match(text, end + 2) else -1
    return after if after >= 0 and not re.search(r"\s|=\?", text[end + 2 : min(after, end + 80)]) else end


def parameters(value: str) -> tuple[str, dict[str, str]]:
    """The main value (lower case) and the decoded parameters of a Content-Type or Content-Disposition.

    Understands RFC 2231 continuations and charsets, RFC 2047 words inside quotes (which Outlook writes),
    unquoted values with spaces, and a forgotten first ";". Names are lower case; the first of two equal
    names counts.
    """
    main, _, rest = value.partition(";")
    if "=" in main and (missing := _MAIN.match(value)) is not None:
        main, rest = missing[1], value[missing.end() :]
    plain: dict[str, str] = {}
    pieces: dict[str, list[tuple[int, bool, str]]] = {}
    for match in _PARAMETER.finditer(";" + rest):
        name, raw = match[1].lower(), _unquote(match[2])
        continued = _CONTINUED.match(name)
        if continued is None:
            plain.setdefault(name, decode_words(raw))
        else:
            number = int(continued[2] or 0)
            encoded = continued[2] is None or bool(continued[3])
            pieces.setdefault(continued[1], []).append((number, encoded, raw))
    for name, parts in pieces.items():
        plain[name] = _join_2231(parts)
    return main.strip().lower(), plain


def _unquote(raw: str) -> str:
    raw = raw.strip()
    if raw.startswith('"'):
        return _ESCAPED.sub(r"\1", raw[1:].removesuffix('"'))
    return raw


def _join_2231(parts: list[tuple[int, bool, str]]) -> str:
    """RFC 2231 §3–4: pieces in order of their numbers; the first encoded one names the charset."""
    if not any(encoded for _, encoded, _ in parts):
        return decode_words("".join(raw for _, _, raw in sorted(parts, key=lambda part: part[0])))
    charset, data = "", b""
    for index, (_, encoded, raw) in enumerate(sorted(parts, key=lambda part: part[0])):
        if encoded and index == 0 and raw.count("'") >= 2:
            charset, _, raw = raw.split("'", 2)
            raw = _unquote(raw)
        data += unquote_to_bytes(raw) if encoded else raw.encode("utf-8", "replace")
    return decode(data, charset)
