"""Undoing Content-Transfer-Encoding (RFC 2045 §6), as forgivingly as mail needs it."""

from __future__ import annotations

import binascii
import re

_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/]+")
_END_OF_BASE64 = re.compile(rb"=[ \t]*\r?\n[ \t]*\r?\n(?=[^\n]* )")  # a mailing list's footer comes behind it
_SPACE_AFTER_SOFT_END = re.compile(rb"=[ \t]+(?=\r?\n)")
_UU_BEGIN = re.compile(rb"^begin [0-7]{3,4} ([^\r\n]*)\r?\n", re.MULTILINE)
_UU_END = re.compile(rb"^end[ \t]*\r?(?:\n|\Z)", re.MULTILINE)
_UU_FILES = 100
_UU_NAMES = frozenset(("x-uuencode", "uuencode", "uue", "x-uue"))
_AS_IT_IS = frozenset(("", "7bit", "8bit", "binary"))
_MISSPELT = {
    "7-bit": "7bit", "7bits": "7bit", "bit7": "7bit", "8-bit": "8bit", "8bits": "8bit", "bit8": "8bit",
    "7": "7bit", "8": "8bit", "base-64": "base64", "b64": "base64", "quoted_printable": "quoted-printable",
    "quoted printable": "quoted-printable", "quotedprintable": "quoted-printable", "qp": "quoted-printable",
    "quoted-printables": "quoted-printable",
}  # fmt: skip
_SPACES_IN_BASE64 = 0.05
"""Bytes of this share that are spaces say that it is prose, whatever the header says."""


def encoding_name(value: str) -> str:
    """The name in a Content-Transfer-Encoding header, in lower case, without comments and misspellings."""
    name = value.partition(";")[0].partition("(")[0].strip(" \t\"',").lower()
    return _MISSPELT.get(name, name)


def decode_transfer(data: bytes, encoding: str) -> tuple[bytes, bool]:
    """The decoded content, and whether it was whole; an unknown encoding leaves the bytes as they are."""
    encoding = encoding_name(encoding)
    if encoding in _AS_IT_IS:
        return data, True
    if encoding == "base64":
        end = _END_OF_BASE64.search(data)
        data = data[: end.end()] if end else data
        if data.count(b" ") > _SPACES_IN_BASE64 * len(data) > 1:
            return data, False
        return decode_base64(data)
    if encoding == "quoted-printable":
        return binascii.a2b_qp(_SPACE_AFTER_SOFT_END.sub(b"=", data)), True
    if encoding in _UU_NAMES:
        return decode_uu(data)
    return data, False


def decode_base64(data: bytes) -> tuple[bytes, bool]:
    """Base64 that may hold line ends, rubbish, several padded runs, or stop in the middle."""
    try:
        return binascii.a2b_base64(data, strict_mode=False), True
    except (binascii.Error, ValueError):
        pass
    letters = _NOT_BASE64.sub(b"", data)
    if len(letters) % 4 == 1:
        letters = letters[:-1]
    try:
        return binascii.a2b_base64(letters + b"=" * (-len(letters) % 4)), False
    except (binascii.Error, ValueError):
        return data, False


def decode_uu(data: bytes) -> tuple[bytes, bool]:
    """The first uuencoded file in `data`, or `data` itself when there is none."""
    begin = _UU_BEGIN.search(data)
    if begin is None:
        return data, False
    out = bytearray()
    for line in data[begin.end() :].split(b"\n"):
        line = line.rstrip(b"\r\n")
        if line == b"end":
            return bytes(out), True
        out += _uu_line(line)
    return bytes(out), False


def split_uu(data: bytes) -> tuple[bytes, list[tuple[str, bytes]]]:
    """Text without the uuencoded files in it, and these with their names.

    Only whole files count, up to their "end": anything else that begins with "begin" is prose.
    """
    files: list[tuple[str, bytes]] = []
    kept: list[bytes] = []
    position = 0
    while len(files) < _UU_FILES and (begin := _UU_BEGIN.search(data, position)) is not None:
        end = _UU_END.search(data, begin.end())
        if end is None:
            break
        block = data[begin.start() : end.end()]
        if all(_is_uu_line(line) for line in data[begin.end() : end.start()].split(b"\n")):
            kept.append(data[position : begin.start()])
            files.append((begin[1].decode("utf-8", "replace").strip(), decode_uu(block)[0]))
        else:
            kept.append(data[position : end.end()])
        position = end.end()
    return b"".join([*kept, data[position:]]), files


def _is_uu_line(line: bytes) -> bool:
    """Whether a line has the length that its first character promises; some writers trim or pad it."""
    line = line.rstrip(b"\r")
    if not line:
        return True
    if not 0x20 <= line[0] <= 0x60:
        return False
    promised = ((line[0] - 32) & 63) + 2
    return len(line) <= promised // 3 * 4 + 6


def _uu_line(line: bytes) -> bytes:
    try:
        return binascii.a2b_uu(line)
    except (binascii.Error, ValueError):
        pass
    length = ((line[0] - 32) & 63) * 4 // 3 + 2 if line else 0
    try:
        return binascii.a2b_uu(line[:length])
    except (binascii.Error, ValueError):
        return b""
