"""Bytes of a declared, wrong or missing charset to text that every database and JSON writer takes."""

from __future__ import annotations

import codecs
import re
from functools import lru_cache

from connectors.email.reading.guessing import guess, is_mostly_utf8

# Labels that mail uses for a charset that Python knows by another name, or whose superset is what is meant
# (the same widening that the WHATWG Encoding Standard prescribes for web pages).
_MEANT = {
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "x-gbk": "gb18030",
    "gb_2312-80": "gb18030",
    "x-gb2312": "gb18030",
    "euc-cn": "gb18030",
    "cp936": "gb18030",
    "ks_c_5601-1987": "cp949",
    "ks_c_5601": "cp949",
    "ksc5601": "cp949",
    "euc-kr": "cp949",
    "x-windows-949": "cp949",
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "sjis": "cp932",
    "x-sjis": "cp932",
    "x-euc-jp": "euc-jp",
    "x-x-big5": "big5-hkscs",
    "big5": "big5-hkscs",
    "iso-8859-8-i": "iso-8859-8",
    "iso-8859-8-e": "iso-8859-8",
    "visual": "iso-8859-8",
    "iso-8859-9": "cp1254",
    "iso-8859-11": "cp874",
    "tis-620": "cp874",
    "koi8r": "koi8-r",
    "x-mac-roman": "mac-roman",
    "x-mac-cyrillic": "mac-cyrillic",
    "macintosh": "mac-roman",
    "ansi": "cp1252",
    "windows-31j": "cp932",
    "ascii-us": "ascii",
    "x-ascii": "ascii",
    "utf8mb4": "utf-8",
    "unicode": "utf-8",
    "cp65001": "utf-8",
    "x-unknown": "",
    "unknown-8bit": "",
    "unknown": "",
    "default": "",
    "_iso-2022-jp$esc": "iso-2022-jp",
    "unicode-1-1-utf-7": "utf-7",
}
_CODE_PAGE = re.compile(r"(?:x-)?(?:windows|win|ms|cp|ibm|dos)[-_ ]?(\d{3,5})")
_ISO_PART = re.compile(r"(?:x-)?iso[-_ ]?8859[-_ ]?(\d{1,2})")
# Codecs that are no charsets of mail: slow (punycode is quadratic) or with side meanings.
_REFUSED = frozenset(
    ("punycode", "idna", "unicode_escape", "raw_unicode_escape", "undefined", "mbcs", "oem", "charmap")
)
_WESTERN = frozenset(("ascii", "iso8859-1", "cp1252", "iso8859-15"))
_JIS = re.compile(rb"\x1b(\$[@B]|\([BJI])")
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def storable(text: str) -> str:
    """The text with NUL and lone surrogates replaced by U+FFFD: neither PostgreSQL nor JSON takes them."""
    return text if text.isascii() and "\x00" not in text else _UNSTORABLE.sub("\ufffd", text)


@lru_cache(maxsize=256)
def codec_name(label: str) -> str:
    """Python's codec for a charset label of a mail, or "" when there is none that we would use."""
    label = label.partition("(")[0].strip(" \t\"';,").lower()[:60]
    if (page := _CODE_PAGE.fullmatch(label)) is not None:
        label = f"cp{page[1]}"
    elif (part := _ISO_PART.fullmatch(label)) is not None:
        label = f"iso-8859-{part[1]}"
    label = _MEANT.get(label, label)
    if not label or not label.isascii():
        return ""
    try:
        found = codecs.lookup(label)
    except (LookupError, ValueError, UnicodeError):
        return ""
    if found.name in _REFUSED or not found._is_text_encoding:  # the flag that bytes.decode itself asks
        return ""
    return found.name


def decode(data: bytes, label: str = "") -> str:
    """The text of `data`, declared as charset `label` ("" when nothing was declared); never raises.

    Order: the declared charset; UTF-8, which bytes hardly ever fit by chance, and which therefore also goes
    before a Western single-byte label; then whatever the bytes look like. A Western label means
    Windows-1252, as senders of "us-ascii" and "iso-8859-1" mean it. Bytes that fit nothing become U+FFFD.
    """
    name = codec_name(label)
    if data.isascii() and (not name or name in _WESTERN or name == "utf-8"):
        if b"\x1b$" in data:
            return storable(_decode_jis(data))
        return storable(data.decode("ascii"))
    for codec in _tries(name, data):
        try:
            return storable(data.decode(codec))
        except (UnicodeError, ValueError):
            continue
    return storable(_decode_damaged(data, name))


def _tries(name: str, data: bytes) -> tuple[str, ...]:
    if not name or name in _WESTERN:
        return ("utf-8",)
    return (name,) if data.isascii() else (name, "utf-8")


def _decode_damaged(data: bytes, name: str) -> str:
    """Bytes that are neither valid in the declared charset nor in UTF-8."""
    if name.startswith("iso2022_jp"):
        return _decode_jis(data)
    if is_mostly_utf8(data) and (name in _WESTERN or name in ("", "utf-8")):
        return data.decode("utf-8", "replace")
    if name in ("iso8859-1", "cp1252"):
        name = "cp1252"
    elif name in ("", "ascii", "utf-8"):
        name = guess(data)
    try:
        return data.decode(name)
    except (UnicodeError, ValueError):
        pass
    try:
        return data.decode("iso8859-1" if name == "cp1252" else name, "replace")
    except (UnicodeError, ValueError):
        return data.decode("latin-1")


def _decode_jis(data: bytes) -> str:
    """ISO-2022-JP with the characters of row 13 and the half-width katakana that Windows adds to it."""
    out: list[str] = []
    position, state = 0, b"(B"
    for match in [*_JIS.finditer(data), None]:
        piece = data[position : match.start() if match else len(data)]
        if state[:1] == b"$":
            out.append(_from_jis_rows(piece))
        elif state == b"(I":
            out.append(bytes(byte | 0x80 for byte in piece).decode("cp932", "replace"))
        else:
            out.append(piece.decode("cp932", "replace"))
        if match:
            position, state = match.end(), match[1]
    return "".join(out)


def _from_jis_rows(piece: bytes) -> str:
    """Pairs of JIS X 0208 by the arithmetic that makes them Shift JIS; line ends may stand between them."""
    shifted = bytearray()
    index = 0
    while index < len(piece):
        row = piece[index]
        if row < 0x21 or row > 0x7E or index + 1 >= len(piece):
            shifted.append(row if row < 0x80 else 0x3F)
            index += 1
            continue
        cell = piece[index + 1]
        lead = (row + 1) // 2 + (0x70 if row < 0x5F else 0xB0)
        trail = cell + 0x7E if row % 2 == 0 else cell + 0x1F + (1 if cell > 0x5F else 0)
        shifted += bytes((lead & 0xFF, trail & 0xFF))
        index += 2
    return shifted.decode("cp932", "replace")
