"""The contents of a winmail.dat (TNEF, MS-OXTNEF): Outlook's way to send files that nobody else can open.

Read here rather than by a library: the one there is takes minutes over a few damaged bytes.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from connectors.email.reading.charsets import decode, storable

TNEF_TYPES = frozenset(("application/ms-tnef", "application/vnd.ms-tnef"))
TNEF_NAMES = frozenset(("winmail.dat", "win.dat", "att00001.dat"))
SIGNATURE = b"\x78\x9f\x3e\x22"

FILES_LIMIT = 1000
_ATTRIBUTES_LIMIT = 10_000
_PROPERTIES_LIMIT = 10_000
_LEVELS = 4  # a mail in a TNEF is a TNEF in a file in it

_CODEPAGE, _BODY, _PROPERTIES = 0x9007, 0x800C, 0x9003
_FILE_BEGINS, _FILE_TITLE, _FILE_DATA, _FILE_PROPERTIES = 0x9002, 0x8010, 0x800F, 0x9005
_FILE_LEVEL = 2

_SUBJECT, _TEXT, _HTML, _HTML_CODEPAGE = 0x0037, 0x1000, 0x1013, 0x3FDE
_DATA, _LONG_NAME, _MIME_TYPE, _CONTENT_ID, _SHORT_NAME = 0x3701, 0x3707, 0x370E, 0x3712, 0x3704
_MAIL_MARK = bytes.fromhex("0703020000000000c000000000000046")  # IID_IMessage: a mail, as TNEF

_SIZES = {2: 2, 3: 4, 4: 4, 5: 8, 6: 8, 7: 8, 0x0A: 4, 0x0B: 2, 0x14: 8, 0x40: 8, 0x48: 16}
_VARIABLE = frozenset((0x0D, 0x1E, 0x1F, 0x102))
_UNICODE, _STRING = 0x1F, 0x1E
_KIND = re.compile(r"[a-z0-9][a-z0-9.+-]{0,60}/[a-z0-9][a-z0-9.+_-]{0,100}")


@dataclass(slots=True)
class TnefFile:
    """One file; `content_type` and `content_id` are empty where Outlook did not say."""

    filename: str = ""
    content: bytes = field(default=b"", repr=False)
    content_type: str = ""
    content_id: str = ""


@dataclass(slots=True)
class Unpacked:
    """The bodies and files of a TNEF stream; the bodies of a mail in it are files, too."""

    subject: str = ""
    text: str = ""
    html: str = ""
    files: list[TnefFile] = field(default_factory=list)


class Attribute(NamedTuple):
    """MS-OXTNEF §2.1.3.1."""

    level: int
    name: int
    data: bytes


class Property(NamedTuple):
    """The first value of a MAPI property (§2.1.3.4); `kind` tells which text it is, if any."""

    kind: int
    name: int
    data: bytes


def unpack(data: bytes) -> Unpacked | None:
    """What a TNEF stream holds; None when it is none, or too damaged to hold anything. Linear in its size."""
    found = _unpack(data, _LEVELS)
    return found if found is not None and (found.files or found.text or found.html) else None


def _unpack(data: bytes, levels: int) -> Unpacked | None:
    if not data.startswith(SIGNATURE):
        return None
    found, codec = Unpacked(), "cp1252"
    for attribute in _attributes(data):
        if attribute.name == _CODEPAGE and len(attribute.data) >= 4:
            codec = f"cp{struct.unpack_from('<I', attribute.data)[0]}"
        elif attribute.name == _FILE_BEGINS and len(found.files) < FILES_LIMIT:
            found.files.append(TnefFile())
        elif attribute.level == _FILE_LEVEL and found.files:
            _read_file(found, attribute, codec, levels)
        elif attribute.name == _BODY:
            found.text = found.text or _text(attribute.data, codec)
        elif attribute.name == _PROPERTIES:
            _read_bodies(found, attribute.data, codec)
    found.files = [file for file in found.files if file.content or file.filename]
    return found


def _attributes(data: bytes) -> Iterator[Attribute]:
    position = len(SIGNATURE) + 2
    for _ in range(_ATTRIBUTES_LIMIT):
        if position + 9 > len(data):
            return
        level, name, _, size = struct.unpack_from("<BHHI", data, position)
        start = position + 9
        yield Attribute(level, name, data[start : start + size])
        position = start + size + 2


def _read_bodies(found: Unpacked, data: bytes, codec: str) -> None:
    properties = {one.name: one for one in _properties(data)}
    if (page := properties.get(_HTML_CODEPAGE)) is not None:
        codec = f"cp{struct.unpack('<I', page.data.ljust(4, bytes(1))[:4])[0]}"
    if (subject := properties.get(_SUBJECT)) is not None:
        found.subject = _property_text(subject, codec)
    if (text := properties.get(_TEXT)) is not None:
        found.text = _property_text(text, codec)
    if (html := properties.get(_HTML)) is not None:
        found.html = _property_text(html, codec)


def _read_file(found: Unpacked, attribute: Attribute, codec: str, levels: int) -> None:
    file = found.files[-1]
    if attribute.name == _FILE_TITLE:
        file.filename = file.filename or _text(attribute.data, codec)
    elif attribute.name == _FILE_DATA:
        file.content = attribute.data
    elif attribute.name == _FILE_PROPERTIES:
        properties = {one.name: one for one in _properties(attribute.data)}
        for name in (_SHORT_NAME, _LONG_NAME):
            if name in properties:
                file.filename = _property_text(properties[name], codec) or file.filename
        kind = _property_text(properties[_MIME_TYPE], codec).lower() if _MIME_TYPE in properties else ""
        file.content_type = kind if _KIND.fullmatch(kind) else ""
        if _CONTENT_ID in properties:
            file.content_id = _property_text(properties[_CONTENT_ID], codec).strip("<>")
        if _DATA in properties:
            _read_object(found, file, properties[_DATA].data, levels)


def _read_object(found: Unpacked, file: TnefFile, data: bytes, levels: int) -> None:
    """The data of a file among its properties; those of an attached mail are its files and its text."""
    inner = (
        _unpack(data[len(_MAIL_MARK) :], levels - 1) if data.startswith(_MAIL_MARK) and levels > 1 else None
    )
    if inner is None:
        file.content = file.content or data
        return
    title = inner.subject or file.filename or "message"
    if inner.html:
        found.files.append(TnefFile(f"{title}.html", inner.html.encode(), "text/html"))
    elif inner.text:
        found.files.append(TnefFile(f"{title}.txt", inner.text.encode(), "text/plain"))
    found.files += inner.files[: FILES_LIMIT - len(found.files)]
    found.files.append(TnefFile())  # what may follow is not to be taken for a part of the last of them
    file.filename, file.content = "", b""


def _properties(data: bytes) -> Iterator[Property]:
    """MAPI properties up to the first that makes no sense."""
    position = 4
    for _ in range(_PROPERTIES_LIMIT):
        if position + 4 > len(data):
            return
        kind, name = struct.unpack_from("<HH", data, position)
        position += 4
        if name >= 0x8000:
            position = _after_name(data, position)
        is_several, kind = bool(kind & 0x1000), kind & ~0x1000
        count = 1
        if is_several or kind in _VARIABLE:
            count, position = _number(data, position), position + 4
        start = position
        if kind in _VARIABLE:
            for index in range(count):
                size = _number(data, position)
                if index == 0:
                    yield Property(kind, name, data[position + 4 : position + 4 + size])
                position += 4 + size + -size % 4
                if position >= len(data):
                    break
        elif kind in _SIZES:
            yield Property(kind, name, data[start : start + _SIZES[kind]])
            position += (_SIZES[kind] + -_SIZES[kind] % 4) * count
        else:
            return


def _after_name(data: bytes, position: int) -> int:
    """Behind the name of a named property: a GUID, then a number or a text."""
    position += 16
    if _number(data, position) == 0:
        return position + 8
    size = _number(data, position + 4)
    return position + 8 + size + -size % 4


def _number(data: bytes, position: int) -> int:
    return int.from_bytes(data[position : position + 4], "little")


def _property_text(one: Property, codec: str) -> str:
    if one.kind == _UNICODE:
        return storable(one.data.decode("utf-16-le", "replace").split("\0")[0])
    return _text(one.data, codec)


def _text(data: bytes, codec: str) -> str:
    return decode(data.rstrip(b"\0"), codec)
