"""Undoing Content-Transfer-Encoding (RFC 2045 §6), as forgivingly as mail needs it."""

from __future__ import annotations

import binascii
import re

_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/]+")
_UU_BEGIN = re.compile(rb"^begin [0-7]{3,4} ([^\r\n]*)\r?\n", re.MULTILINE)
_UU_NAMES = frozenset(("x-uuencode", "uuencode", "uue", "x-uue"))


def decode_transfer(data: bytes, encoding: str) -> tuple[bytes, bool]:
    """The decoded content, and whether it was whole; an unknown encoding leaves the bytes as they are."""
    encoding = encoding.strip().lower()
    if encoding == "base64":
        return decode_base64(data)
    if encoding == "quoted-printable":
        return binascii.a2b_qp(data), True
    if encoding in _UU_NAMES:
        return decode_uu(data)
    return data, encoding in ("", "7bit", "8bit", "binary")


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
