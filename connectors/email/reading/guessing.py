"""Which charset bytes are in that nobody declared, or that are not in the declared one."""

from __future__ import annotations

import re
from collections.abc import Iterator

LOOKED_AT = 4096
"""Bytes around non-ASCII characters that are looked at: more would not change the answer."""

_HIGH_RUN = re.compile(rb"[\x80-\xff][\x40-\xff]*")
_UTF8 = re.compile(rb"[\xc3-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_HIGH = re.compile(rb"[\x80-\xff]+")

_HIRAGANA = "".join(map(chr, range(0x3041, 0x3097)))
# The characters that each language uses most: enough to tell its charsets apart.
_FREQUENT = {
    "cp1251": "оеаинтсрвлкмдпуяыьгзбчйхжшю",
    "koi8-u": "оеаинтсрвлкмдпуяыьгзбчйхжшю",
    "cp866": "оеаинтсрвлкмдпуяыьгзбчйхжшю",
    "iso8859-5": "оеаинтсрвлкмдпуяыьгзбчйхжшю",
    "cp1253": "αοιετσνηυρπκμλγδωθάόίέήώςχ",
    "cp1255": "יוהלאמתרבשנדעחקפ",
    "cp1256": "اليونمرتبهعدسفكقحج",
    "cp874": "านรกอเงมยลวดทตส่้ัีไปบคใ",
    "cp932": _HIRAGANA + "ーンスルトイアラリックシードレジタロコャマ。、日本様",
    "euc_jp": _HIRAGANA + "ーンスルトイアラリックシードレジタロコャマ。、日本様",
    "cp949": "이다는을가의에하고지기도로사인서한리어자시정해은대부그있수를전보아제나라주니요세일",
    "gb18030": "的一是不了在人有我他这中大来上国个到说们为子和你地出时道也要就那可下以生会着去过好，。！请",
    "big5": "的一是不了在人有我他這中大來上國個到說們為子和你地出時道也要就那可下以生會著去過好，。！請",
}
# Where the characters in daily use stand: lead bytes that hold them and hardly anything else.
_DAILY = {
    "gb18030": re.compile(rb"[\xb0-\xd7][\xa1-\xfe]|\xa3[\xa1-\xfe]"),
    "big5": re.compile(rb"[\xa4-\xc6][\x40-\xfe]"),
    "cp949": re.compile(rb"[\xb0-\xc8][\xa1-\xfe]"),
    "euc_jp": re.compile(rb"[\xa4\xa5\xb0-\xcf][\xa1-\xfe]"),
    "cp932": re.compile(rb"[\x82\x83\x88-\x97][\x40-\xfc]"),
}
# In some nearly every byte is a frequent character; some are met far more often than their neighbours.
_TRUST = {"cp874": 0.7, "cp1256": 0.7, "gb18030": 1.15}
_ENOUGH = 0.25  # of the non-ASCII bytes must be characters that the language uses most


def is_mostly_utf8(data: bytes) -> bool:
    """Whether only a few bytes are broken in what is UTF-8 otherwise, as a cut or a gateway leaves it."""
    sample = data[: 16 * LOOKED_AT]
    whole = sum(len(match[0]) for match in _UTF8.finditer(sample))
    high = sum(len(match[0]) for match in _HIGH.finditer(sample))
    return whole >= 4 and whole >= 0.7 * high


def guess(data: bytes) -> str:
    """The codec that bytes beyond ASCII look like; Windows-1252 unless something else is likelier.

    In Latin scripts they stand alone between ASCII letters; elsewhere whole words are made of them. Then
    that charset wins in which most of them are characters that its language uses all the time.
    """
    sample = b" ".join(_runs(data))
    high = sum(byte >= 0x80 for byte in sample)
    runs = len(_HIGH.findall(sample))
    if high < 4 or high < 1.5 * runs:
        return "cp1252"
    best = max(_FREQUENT, key=lambda codec: _likeness(sample, codec))
    if best not in _DAILY and high < 2.2 * runs:
        return "cp1252"
    return best if _likeness(sample, best) >= _ENOUGH * high else "cp1252"


def _runs(data: bytes) -> Iterator[bytes]:
    gathered = 0
    for match in _HIGH_RUN.finditer(data):
        yield match[0][:LOOKED_AT]
        gathered += len(match[0])
        if gathered >= LOOKED_AT:
            return


def _likeness(sample: bytes, codec: str) -> float:
    """Bytes of the sample that are frequent characters in this codec, less those that are none at all."""
    frequent = frozenset(_FREQUENT[codec])
    text = sample.decode(codec, "replace")
    daily = _DAILY.get(codec)
    width = 1 if daily is None else 2
    likeness = float(width * sum(char in frequent for char in text) - 2 * width * text.count("\ufffd"))
    if daily is not None:
        likeness += 0.6 * sum(len(match[0]) for match in daily.finditer(sample))
    return likeness * _TRUST.get(codec, 1.0)
