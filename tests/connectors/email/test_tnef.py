"""What Outlook packs into a winmail.dat."""

from __future__ import annotations

import base64
import random
import struct
import time

from connectors.email.reading.mail import Mail
from connectors.email.reading.parse import parse, parse_ordinary
from connectors.email.reading.tnef import SIGNATURE, unpack

ATTACH_RENDER, ATTACH_TITLE, ATTACH_DATA, ATTACH_PROPERTIES = 0x9002, 0x8010, 0x800F, 0x9005
BODY, CODEPAGE, PROPERTIES = 0x800C, 0x9007, 0x9003
LONG_NAME, MIME_TAG, CONTENT_ID, BODY_HTML, INTERNET_CODEPAGE = 0x3707, 0x370E, 0x3712, 0x1013, 0x3FDE
SUBJECT, BODY_TEXT = 0x0037, 0x1000


def attribute(level: int, name: int, data: bytes) -> bytes:
    """One attribute of MS-OXTNEF §2.1.3."""
    return struct.pack("<BHHI", level, name, 6, len(data)) + data + struct.pack("<H", sum(data) & 0xFFFF)


def properties(values: dict[int, str | bytes | int]) -> bytes:
    """A list of MAPI properties: text in UTF-16, bytes as they are, numbers in 32 bits."""
    out = struct.pack("<I", len(values))
    for name, value in values.items():
        if isinstance(value, int):
            out += struct.pack("<HHi", 0x0003, name, value)
            continue
        data = (value + "\0").encode("utf-16-le") if isinstance(value, str) else value
        kind = 0x001F if isinstance(value, str) else 0x0102
        out += struct.pack("<HHII", kind, name, 1, len(data)) + data + b"\0" * (-len(data) % 4)
    return out


def winmail(*attributes: bytes) -> bytes:
    """A TNEF stream."""
    codepage = attribute(1, CODEPAGE, struct.pack("<II", 1252, 0))
    return SIGNATURE + b"\x01\x00" + codepage + b"".join(attributes)


def file(name: str, content: bytes, **more: str) -> bytes:
    """A file with its old short name and its long one."""
    given: dict[int, str | bytes | int] = {LONG_NAME: name}
    given |= {MIME_TAG: more["kind"]} if "kind" in more else {}
    given |= {CONTENT_ID: more["cid"]} if "cid" in more else {}
    return (
        attribute(2, ATTACH_RENDER, b"\0" * 14)
        + attribute(2, ATTACH_TITLE, b"LONGNA~1.PDF\0")
        + attribute(2, ATTACH_DATA, content)
        + attribute(2, ATTACH_PROPERTIES, properties(given))
    )


HTML = "<p>Grüße <img src='cid:logo@x'></p>"
STREAM = winmail(
    attribute(1, PROPERTIES, properties({INTERNET_CODEPAGE: 65001, BODY_HTML: HTML.encode()})),
    file("Angebot für Köln.pdf", b"%PDF-1", kind="application/pdf"),
    file("logo.png", b"\x89PNG", kind="image/png", cid="logo@x"),
)


def mail(
    stream: bytes, *, kind: str = "application/ms-tnef", text: str = "", name: str = "winmail.dat"
) -> bytes:
    """A mail with the stream, and a text before it."""
    return (
        (
            f"From: a@b.test\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\n{text}\r\n"
            f"--b\r\nContent-Type: {kind}; name=winmail.dat\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        ).encode()
        + base64.encodebytes(stream)
        + b"--b--\r\n"
    )


def files(read: Mail) -> list[tuple[str, str, bytes, str, bool]]:
    return [(f.filename, f.content_type, f.content, f.content_id, f.inline) for f in read.attachments]


def test_files_and_bodies_become_those_of_the_mail() -> None:
    read = parse(mail(STREAM))
    assert files(read) == [
        ("Angebot für Köln.pdf", "application/pdf", b"%PDF-1", "", False),
        ("logo.png", "image/png", b"\x89PNG", "logo@x", True),
    ]
    assert read.html == HTML
    assert read.problems == ()


def test_it_is_known_by_its_name_and_its_text_gives_way_to_the_mails() -> None:
    stream = winmail(attribute(1, BODY, b"packed words\0"))
    assert parse(mail(stream, kind="application/octet-stream")).text.strip() == "packed words"
    assert parse(mail(stream, text="the mail's words")).text.strip() == "the mail's words"


def test_a_damaged_one_stays_a_file() -> None:
    for stream in (b"no tnef", SIGNATURE, STREAM[:40], SIGNATURE + b"\xff" * 500):
        read = parse(mail(stream, text="x"))
        assert read.text.strip() == "x"
        if unpack(stream) is None:
            assert [file.filename for file in read.attachments] == ["winmail.dat"]
            assert read.problems == ("a winmail.dat of Outlook that could not be opened",)


def test_any_damage_is_survived() -> None:
    chance = random.Random(5)
    for _ in range(300):
        stream = bytearray(STREAM)
        for _ in range(chance.randrange(1, 8)):
            stream[chance.randrange(4, len(stream))] = chance.randrange(256)
        unpack(bytes(stream))


def test_mails_in_it_are_opened_but_not_without_end() -> None:
    inner = winmail(
        attribute(1, PROPERTIES, properties({SUBJECT: "Old mail", BODY_TEXT: "old words"})),
        file("a.txt", b"a"),
    )
    read = unpack(winmail(attribute(2, ATTACH_RENDER, b"\0" * 14), _embedded(inner), file("b.txt", b"b")))
    assert read is not None
    assert [(file.filename, file.content) for file in read.files] == [
        ("Old mail.txt", b"old words"),
        ("a.txt", b"a"),
        ("b.txt", b"b"),
    ]
    deep = b""
    for _ in range(50):
        deep = winmail(attribute(2, ATTACH_RENDER, b"\0" * 14), _embedded(deep))
    unpack(deep)


def test_much_of_it_takes_little_time() -> None:
    began = time.process_time()
    unpack(winmail(attribute(1, BODY, b"x") * 500_000))
    unpack(
        winmail(
            attribute(1, PROPERTIES, struct.pack("<I", 2**32 - 1) + b"\x1f\0\0\x10\xff\xff\xff\xff" * 500_000)
        )
    )
    unpack(
        winmail(
            attribute(
                1, PROPERTIES, struct.pack("<I", 1) + b"\x1f\x10\0\x10\xff\xff\xff\xff" + bytes(2_000_000)
            )
        )
    )
    unpack(winmail(file("a", b"a") * 100_000))
    assert time.process_time() - began < 3


def _embedded(stream: bytes) -> bytes:
    held = bytes.fromhex("0703020000000000c000000000000046") + stream
    data = struct.pack("<IHHII", 1, 0x000D, 0x3701, 1, len(held)) + held + b"\0" * (-len(held) % 4)
    return attribute(2, ATTACH_PROPERTIES, data)


def test_it_is_never_opened_in_the_process_that_must_not_stop() -> None:
    assert parse_ordinary(mail(STREAM)) is None
