"""Bytes of a declared, wrong or missing charset to text that every database and JSON writer takes."""

from __future__ import annotations

import codecs
import re
from functools import lru_cache

# Labels that mail uses for a charset that Python knows by another name, or whose superset is what is meant
# (the same widening that the WHATWG Encoding Standard prescribes for web pages).
_MEANT = {
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "x-gbk": "gb18030",
    "ks_c_5601-1987": "cp949",
    "ks_c_5601": "cp949",
    "euc-kr": "cp949",
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "sjis": "cp932",
    "x-sjis": "cp932",
    "iso-8859-8-i": "iso-8859-8",
    "iso-8859-8-e": "iso-8859-8",
    "x-mac-roman": "mac-roman",
    "macintosh": "mac-roman",
    "x-unknown": "",
    "unknown-8bit": "",
    "unknown": "",
    "_iso-2022-jp$esc": "iso-2022-jp",
    "cp-850": "cp850",
    "unicode-1-1-utf-7": "utf-7",
}
# Codecs that are no charsets of mail: slow (punycode is quadratic) or with side meanings.
_REFUSED = frozenset(
    ("punycode", "idna", "unicode_escape", "raw_unicode_escape", "undefined", "mbcs", "oem", "charmap")
)
_NARROW = frozenset(("ascii", "iso8859-1", "cp1252"))
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def storable(text: str) -> str:
    """The text with NUL and lone surrogates replaced by U+FFFD: neither PostgreSQL nor JSON takes them."""
    return _UNSTORABLE.sub("\ufffd", text)


@lru_cache(maxsize=256)
def codec_name(label: str) -> str:
    """Python's codec for a charset label of a mail, or "" when there is none that we would use."""
    label = label.strip(" \t\"'").lower()[:60]
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

    Order: the declared charset, UTF-8, and for single-byte Western labels Windows-1252, which is what
    senders mean by "us-ascii" and "iso-8859-1". Bytes that fit nothing become U+FFFD.
    """
    name = codec_name(label)
    tries = ["utf-8", "cp1252"] if not name or name in _NARROW else [name, "utf-8"]
    if name == "iso8859-1" or name == "cp1252":
        tries = ["cp1252", "iso8859-1"]
    for codec in tries:
        try:
            return storable(data.decode(codec))
        except (UnicodeError, ValueError):
            continue
    try:
        return storable(data.decode(name or "utf-8", "replace"))
    except (UnicodeError, ValueError):
        return storable(data.decode("latin-1"))
