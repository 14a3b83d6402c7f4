"""What an S/MIME part holds: the readable content of an opaque signature, or only that it is encrypted."""

from __future__ import annotations

from typing import NamedTuple

PKCS7_TYPES = frozenset(("application/pkcs7-mime", "application/x-pkcs7-mime"))

_SIGNED_DATA = bytes.fromhex("2a864886f70d010702")
_ENVELOPED_DATA = bytes.fromhex("2a864886f70d010703")
_AUTHENVELOPED_DATA = bytes.fromhex("2a864886f70d010910010017")
_PIECES_LIMIT = 100_000
_OID, _OCTETS, _SEQUENCE, _CONTEXT = 0x06, 0x04, 0x30, 0xA0


class Element(NamedTuple):
    """One element of BER (X.690): its tag, and where its content is; an unknown end is its parent's."""

    tag: int
    start: int
    end: int
    is_open: bool


def signed_content(data: bytes) -> bytes | None:
    """The MIME entity inside a CMS SignedData (RFC 5652 §5), unverified; None when there is none to see."""
    try:
        return _signed_content(data)
    except (IndexError, ValueError):
        return None


def is_encrypted(data: bytes) -> bool:
    """Whether this is CMS EnvelopedData or AuthEnvelopedData; the type stands in the first bytes."""
    return _ENVELOPED_DATA in data[:40] or _AUTHENVELOPED_DATA[:9] in data[:40]


def _signed_content(data: bytes) -> bytes | None:
    outer = _expect(data, 0, len(data), _SEQUENCE)
    kind = _expect(data, outer.start, outer.end, _OID)
    if data[kind.start : kind.end] != _SIGNED_DATA:
        return None
    wrapper = _expect(data, kind.end, outer.end, _CONTEXT)
    signed = _expect(data, wrapper.start, wrapper.end, _SEQUENCE)
    version = _element(data, signed.start, signed.end)
    digests = _element(data, version.end, signed.end)
    after = _skip_open(data, digests)
    encapsulated = _expect(data, after, signed.end, _SEQUENCE)
    inner_kind = _expect(data, encapsulated.start, encapsulated.end, _OID)
    held = _expect(data, inner_kind.end, encapsulated.end, _CONTEXT)
    return _octets(data, held)


def _octets(data: bytes, held: Element) -> bytes:
    """An octet string in one piece, or the pieces of a constructed one, one level deep as signers write."""
    whole = _element(data, held.start, held.end)
    if whole.tag == _OCTETS:
        return data[whole.start : whole.end]
    if whole.tag != _OCTETS | 0x20:
        raise ValueError("no content")
    pieces: list[bytes] = []
    position = whole.start
    while position < whole.end and len(pieces) < _PIECES_LIMIT:
        piece = _element(data, position, whole.end)
        if piece.tag != _OCTETS:
            break
        pieces.append(data[piece.start : piece.end])
        position = piece.end
    return b"".join(pieces)


def _expect(data: bytes, position: int, limit: int, tag: int) -> Element:
    element = _element(data, position, limit)
    if element.tag != tag:
        raise ValueError("not the expected element")
    return element


def _element(data: bytes, position: int, limit: int) -> Element:
    if position >= limit:
        raise ValueError("element missing")
    tag, length = data[position], data[position + 1]
    position += 2
    if length == 0x80:
        return Element(tag, position, limit, True)
    if length > 0x80:
        octets = length & 0x7F
        if octets > 4:
            raise ValueError("length too long")
        length = int.from_bytes(data[position : position + octets], "big")
        position += octets
    return Element(tag, position, min(position + length, limit), False)


def _skip_open(data: bytes, element: Element) -> int:
    """The end of the set of digest algorithms, whose elements are short and of known length."""
    if not element.is_open:
        return element.end
    position = element.start
    while data[position : position + 2] != b"\x00\x00":
        position = _element(data, position, element.end).end
    return position + 2
