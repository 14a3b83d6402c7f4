"""How long a text is for a channel, in characters, UTF-16 units, bytes, graphemes or SMS; and splits.

SMS: 3GPP TS 23.038 (the 7-bit alphabet and its extension) and TS 23.040 (concatenated messages).
"""

import unicodedata
from collections.abc import Iterator
from typing import NamedTuple

from hub.messages import TextUnit

_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENSION = frozenset("\f^{}\\[~]|€")

_ZERO_WIDTH_JOINER = "\u200d"
_KEYCAP_AND_VARIATIONS = frozenset(["\ufe0e", "\ufe0f", "\u20e3"])


class Segments(NamedTuple):
    """How a text goes out as SMS: in which alphabet, in how many parts, and what the last one has left.

    `left` counts in units: a unit is a septet in "GSM-7" and 16 bits in "UCS-2".
    """

    encoding: str
    parts: int
    left: int


def length(text: str, unit: TextUnit) -> int:
    """How long a text is, counted as a channel does."""
    match unit:
        case "characters":
            return len(text)
        case "utf16":
            return len(text.encode("utf-16-le", "surrogatepass")) // 2
        case "bytes":
            return len(text.encode("utf-8", "surrogatepass"))
        case "graphemes":
            return sum(1 for _ in graphemes(text))
        case "gsm_segments":
            return segments(text).parts


def segments(text: str) -> Segments:
    """The SMS that carry a text: 160 septets or 70 UCS-2 units, of which parts lose 7 and 3 to their header.

    What cannot be parted (an escape and its letter, a surrogate pair) goes to the next part as a whole.
    """
    is_basic = all(letter in _BASIC or letter in _EXTENSION for letter in text)
    encoding, alone, part = ("GSM-7", 160, 153) if is_basic else ("UCS-2", 70, 67)
    wide = _EXTENSION if is_basic else ()
    sizes = [2 if letter in wide or (not is_basic and ord(letter) > 0xFFFF) else 1 for letter in text]
    total = sum(sizes)
    if total <= alone:
        return Segments(encoding, 1 if text else 0, alone - total)
    count, used = 1, 0
    for size in sizes:
        if used + size > part:
            count, used = count + 1, 0
        used += size
    return Segments(encoding, count, part - used)


def split(text: str, limit: int, unit: TextUnit) -> list[str]:
    """A text in pieces of at most `limit`, parted at the end of a line, sentence or word where that is late
    enough, and never inside a grapheme that fits."""
    if limit < 1:
        raise ValueError("a piece needs room for something")
    pieces = []
    rest = text
    while length(rest, unit) > limit:
        end = _fitting(rest, limit, unit)
        end = _break_before(rest, end)
        pieces.append(rest[:end].rstrip())
        rest = rest[end:].lstrip()
    return [piece for piece in [*pieces, rest] if piece] or [""]


def _fitting(text: str, limit: int, unit: TextUnit) -> int:
    """How many characters of the text fit, whole graphemes as far as possible; at least one."""
    low, high = 1, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        if length(text[:middle], unit) <= limit:
            low = middle
        else:
            high = middle - 1
    end = 0
    for cluster in graphemes(text[: low + 64]):
        if end + len(cluster) > low:
            break
        end += len(cluster)
    return end or low


def _break_before(text: str, end: int) -> int:
    """The best place to part the text, in the second half before `end`."""
    for mark in ("\n", ". ", "? ", "! ", " "):
        place = text.rfind(mark, end // 2, end)
        if place > 0:
            return place + len(mark.rstrip(" ")) if mark.strip() else place + 1
    return end


def graphemes(text: str) -> Iterator[str]:
    """What people take for one character, nearly as in UAX #29: combining marks, joined and flagged emoji."""
    cluster = ""
    for letter in text:
        if cluster and _continues(cluster, letter):
            cluster += letter
            continue
        if cluster:
            yield cluster
        cluster = letter
    if cluster:
        yield cluster


def _continues(cluster: str, letter: str) -> bool:
    last = cluster[-1]
    if last == "\r":
        return letter == "\n"
    if letter == _ZERO_WIDTH_JOINER or letter in _KEYCAP_AND_VARIATIONS:
        return True
    if unicodedata.combining(letter) or unicodedata.category(letter) in ("Mn", "Me", "Mc"):
        return last not in "\r\n"
    if "\U0001f3fb" <= letter <= "\U0001f3ff" or "\U000e0020" <= letter <= "\U000e007f":
        return True
    if last == _ZERO_WIDTH_JOINER:
        return unicodedata.category(letter) == "So"
    return _is_flag_half(letter) and len(cluster) == 1 and _is_flag_half(cluster)


def _is_flag_half(letter: str) -> bool:
    return "\U0001f1e6" <= letter <= "\U0001f1ff"
