"""What is read in a mail, case by case."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from connectors.email.reading.addresses import read_addresses, read_message_id, read_message_ids
from connectors.email.reading.charsets import decode
from connectors.email.reading.dates import read_date
from connectors.email.reading.headers import VALUE_LIMIT, decode_words, parameters
from connectors.email.reading.parse import parse
from connectors.email.reading.transfer import decode_transfer
from tests.connectors.email.conftest import sample


def test_a_mail_with_everything() -> None:
    mail = parse(sample("with_files"))
    assert mail.subject == "Grüße aus Köln"
    assert mail.from_[0].name == "Jörg"
    assert "Schön: € 5" in mail.html
    assert 'charset="utf-8"' in mail.html
    assert mail.text == ""
    assert mail.reply_text == "Schön: € 5"
    assert [file.content_type for file in mail.attachments] == [
        "image/png",
        "application/pdf",
        "message/rfc822",
    ]
    assert mail.attachments[2].content.startswith(b"From: other@example.net")
    assert mail.problems == ()


@pytest.mark.parametrize("line_end", [b"\r\n", b"\n"])
def test_line_ends_do_not_matter(line_end: bytes) -> None:
    raw = sample("with_files").replace(b"\r\n", line_end)
    mail = parse(raw)
    assert (mail.subject, len(mail.attachments)) == ("Grüße aus Köln", 3)


@pytest.mark.parametrize(
    "encoded, text",
    [
        ("=?utf-8?Q?Gr=C3=BC=C3=9Fe?=", "Grüße"),
        ("=?UTF-8?B?R3LDvA==?= =?UTF-8?B?w59l?=", "Grüße"),
        ("=?utf-8?B?ww==?=\t=?utf-8?B?vA==?=", "ü"),
        ("=?utf-8?Q?=E2=82?= =?utf-8?Q?=AC?=", "€"),
        ("a =?utf-8?Q?b?= c", "a b c"),
        ("=?iso-8859-1*de?Q?sch=F6n?=", "schön"),
        ("=?gb2312?B?xOO6ww==?=", "你好"),
        ("=?nonsense?Q?caf=C3=A9?=", "café"),
        ("=?utf-8?X?abc?=", "=?utf-8?X?abc?="),
        ("=?utf-8?Q?open", "=?utf-8?Q?open"),
        ("=?utf-8?Q?a_b?=", "a b"),
        ("=?utf-8?Q?a b?=", "a b"),
        ("=?utf-8?q?why?=20not?=", "why? not"),
        ("=?utf-8?B?R3LDvMOfZSBhdXMgS8O2bG4", "Grüße aus Köln"),
        ("=?utf-8?Q?Gr=C3=BC=C3=9Fe_aus_K", "Grüße aus K"),
        ("=?UTF-8?Q?a?==?UTF-8?Q?b?=", "ab"),
        ("=?utf-8?Q?a?= =?iso-8859-1?Q?=E4?= x", "aä x"),
        ("=?iso-2022-jp?B?GyRCJUYbKEI=?= =?iso-2022-jp?B?GyRCJTklSBsoQg==?=", "テスト"),
        ("=?utf-8?B?R3LDvMOfZQ?= =?utf-8?B?IQ==?=", "Grüße!"),
        ("=?windows-1251?Q?=C7=E0=EA=E0=E7?=", "Заказ"),
        ("Re: =?utf-8?Q??=", "Re: "),
    ],
)
def test_encoded_words(encoded: str, text: str) -> None:
    assert decode_words(encoded) == text


@pytest.mark.parametrize(
    "header, found",
    [
        ("Carla <c@x.test>", [("Carla", "c@x.test")]),
        ('"Last, First" <c@x.test>, d@x.test', [("Last, First", "c@x.test"), ("", "d@x.test")]),
        ("c@x.test (Carla)", [("Carla", "c@x.test")]),
        ("Team: a@x.test, B <b@x.test>;, c@x.test", [("", "a@x.test"), ("B", "b@x.test"), ("", "c@x.test")]),
        ("Undisclosed recipients:;", []),
        ("<@relay.test,@b.test:c@x.test>", [("", "c@x.test")]),
        ("=?utf-8?Q?M=C3=BCller=2C_J?= <m@x.test>", [("Müller, J", "m@x.test")]),
        ("=?utf-8?Q?M=C3=BCller_=3Cm=40x=2Etest=3E?=", [("Müller", "m@x.test")]),
        ("a@x.test; b@x.test", [("", "a@x.test"), ("", "b@x.test")]),
        ('"o\\"brien" <o@x.test>', [('o"brien', "o@x.test")]),
        ('"quoted.local"@x.test', [("", '"quoted.local"@x.test')]),
        ("Nobody", [("Nobody", "")]),
        ("a@x.test b@x.test", [("", "a@x.test"), ("", "b@x.test")]),
        ("Carla (Sales) <c@x.test>", [("Carla (Sales)", "c@x.test")]),
        (
            "Pete <pete(his account)@silly.test(his host)>",
            [("Pete (his account his host)", "pete@silly.test")],
        ),
        ("c@x.test (Carla (the \\) one))", [("Carla (the ) one)", "c@x.test")]),
        (
            "A Group(Some people) :Chris <c@x.test>, joe@y.test; (end)",
            [("Chris", "c@x.test"), ("", "joe@y.test")],
        ),
        ('"a@x.test" <a@x.test>', [("a@x.test", "a@x.test")]),
        ("a@x.test <b@y.test>", [("a@x.test", "b@y.test")]),
        ("<mailto:a@x.test>", [("", "a@x.test")]),
        ("<<a@x.test>>", [("", "a@x.test")]),
        ("Carla < c @ x.test >", [("Carla", "c@x.test")]),
        ("Carla <c@x.test", [("Carla", "c@x.test")]),
        ('"Carla <c@x.test>', [("Carla", "c@x.test")]),
        ('=?utf-8?Q?J=C3=B6rg?= "the" Cat <j@x.test>', [("Jörg the Cat", "j@x.test")]),
        ('"=?utf-8?Q?J=C3=B6rg?=" <j@x.test>', [("Jörg", "j@x.test")]),
        ("=?utf-8?B?anJnQHgudGVzdA==?=", [("", "jrg@x.test")]),
        (",, a@x.test ,", [("", "a@x.test")]),
        ("用户@例子.test", [("", "用户@例子.test")]),
        ("Pirard, Jean <j@x.test>", [("Pirard", ""), ("Jean", "j@x.test")]),
        ("Big Bug b@x.test", [("Big Bug", "b@x.test")]),
        ("", []),
    ],
)
def test_addresses(header: str, found: list[tuple[str, str]]) -> None:
    assert [(a.name, a.address) for a in read_addresses([header])] == found


def test_message_ids() -> None:
    assert read_message_ids(["<a@b>\t<c@d> junk <a@b>", "<e@f>"]) == ("<a@b>", "<c@d>", "<e@f>")
    assert read_message_id("a@b") == "<a@b>"
    assert read_message_id("no id") is None


@pytest.mark.parametrize(
    "header, instant",
    [
        ("Mon, 5 Jan 2026 10:00:00 +0100", datetime(2026, 1, 5, 9, tzinfo=UTC)),
        ("5 Jan 2026 10:00 GMT", datetime(2026, 1, 5, 10, tzinfo=UTC)),
        ("Mon, 5 Jan 2026 10:00:00 -0000 (odd)", datetime(2026, 1, 5, 10, tzinfo=UTC)),
        ("Montag, 5 Jan 2026 10:00:00 +0100", datetime(2026, 1, 5, 9, tzinfo=UTC)),
        ("Mon, 5 Jan 2026 10:00:00", datetime(2026, 1, 5, 10, tzinfo=UTC)),
        ("Mon,5 Jan 2026 10:00:00+0100", datetime(2026, 1, 5, 9, tzinfo=UTC)),
        ("Mon, 05 Jan 26 10:00:00 CET", datetime(2026, 1, 5, 9, tzinfo=UTC)),
        ("Mon, 5 Jan 126 10:00:00 +0000", datetime(2026, 1, 5, 10, tzinfo=UTC)),
        ("Fri, 21 Nov 97 09:55:06 -0600", datetime(1997, 11, 21, 15, 55, 6, tzinfo=UTC)),
        ("Mon, 5 Jan 2026 10:00:60 +0000", datetime(2026, 1, 5, 10, 0, 59, tzinfo=UTC)),
        ("Mon, 5 Jan 2026 3:04:05 PM -0500", datetime(2026, 1, 5, 20, 4, 5, tzinfo=UTC)),
        ("Mon, 5 Jan 2026 12:04:05 a.m. +0000", datetime(2026, 1, 5, 0, 4, 5, tzinfo=UTC)),
        ("Mon, 5 Jan 2026 10.00.00 +0100", datetime(2026, 1, 5, 9, tzinfo=UTC)),
        ("Mon, 5 Jan 2026 10:00:00 +01:00", datetime(2026, 1, 5, 9, tzinfo=UTC)),
        ("Mon, 5 Jan 2026 10:00:00 GMT+0100", datetime(2026, 1, 5, 9, tzinfo=UTC)),
        ("Mon, 5 Jan 2026 10:00:00 UTC-3", datetime(2026, 1, 5, 13, tzinfo=UTC)),
        ("Mon, 5 Jan 2026 10:00:00 +9999", datetime(2026, 1, 5, 10, tzinfo=UTC)),
        ("Mon Jan  5 10:00:00 2026", datetime(2026, 1, 5, 10, tzinfo=UTC)),
        ("Mon Jan  5 10:00:00 CET 2026", datetime(2026, 1, 5, 9, tzinfo=UTC)),
        ("January 5, 2026 10:00 AM", datetime(2026, 1, 5, 10, tzinfo=UTC)),
        ("2026-01-05T10:00:00Z", datetime(2026, 1, 5, 10, tzinfo=UTC)),
        ("2026-01-05 10:00:00.123+01:00", datetime(2026, 1, 5, 9, tzinfo=UTC)),
        ("5-Jan-2026 10:00:00 +0100", datetime(2026, 1, 5, 9, tzinfo=UTC)),
        ("Mo, 5 Okt 2026 10:00:00 +0200", datetime(2026, 10, 5, 8, tzinfo=UTC)),
        ("lun., 5 févr. 2026 10:00:00 +0100", datetime(2026, 2, 5, 9, tzinfo=UTC)),
        ("Thu,\t13 Feb 1969 23:32 -0330 (Newfoundland Time)", datetime(1969, 2, 14, 3, 2, tzinfo=UTC)),
        ("Mon, 99 Foo 2026", None),
        ("Mon, 5 Jan 2026", None),
        ("5/1/2026 10:00", None),
        ("Mon, 5 Jan 99999 10:00:00 +0000", None),
        ("", None),
    ],
)
def test_dates(header: str, instant: datetime | None) -> None:
    assert read_date(header) == instant


@pytest.mark.parametrize(
    "data, label, text",
    [
        ("Grüße".encode(), "utf-8", "Grüße"),
        ("Grüße".encode("latin-1"), "", "Grüße"),
        ("Grüße".encode("latin-1"), "utf-8", "Grüße"),
        ("schöne Grüße, bis mor".encode() + b"\xc3", "utf-8", "schöne Grüße, bis mor\ufffd"),
        ("Grüße".encode(), "iso-8859-1", "Grüße"),
        ("①②㈱".encode("cp932"), "shift_jis", "①②㈱"),
        (b'\x1b$B-!-"%F%9%H\x1b(B abc', "iso-2022-jp", "①②テスト abc"),
        (b"\x1b$B%F%9%H\x1b(B", "", "テスト"),
        (b"\x1b$B%F%9%H\x1b(B", "us-ascii", "テスト"),
        ("你好".encode("gb18030"), "GB_2312-80", "你好"),
        ("заказ".encode("cp1251"), "win-1251", "заказ"),
        ("заказ".encode("koi8-r"), '"KOI8-R";', "заказ"),
        ("łódź".encode("iso8859-2"), "ISO8859_2", "łódź"),
        ("ığüş".encode("iso8859-9"), "iso-8859-9 (Turkish)", "ığüş"),
        (b"\x80 5", "iso-8859-1", "€ 5"),
        ("Grüße".encode(), "us-ascii", "Grüße"),
        ("テスト".encode("cp932"), "shift_jis", "テスト"),
        (b"abc", "punycode", "abc"),
        (b"a\x00b", "utf-8", "a\ufffdb"),
        (b"+2AA-", "utf-7", "\ufffd"),
    ],
)
def test_charsets(data: bytes, label: str, text: str) -> None:
    assert decode(data, label) == text


def test_parameters() -> None:
    assert parameters('Text/HTML; charset="UTF-8"; x=y z') == ("text/html", {"charset": "UTF-8", "x": "y z"})
    continued = "attachment; filename*1=b.pdf; filename*0*=utf-8''%C3%84"
    assert parameters(continued)[1]["filename"] == "Äb.pdf"
    assert parameters('a/b; name="=?utf-8?Q?=C3=84?="')[1]["name"] == "Ä"


@pytest.mark.parametrize(
    "header, name",
    [
        ("filename*=UTF-8''%E2%82%AC.txt; filename=euro.txt", "€.txt"),
        ("filename*=gb18030'zh'%C4%E3%BA%C3.txt", "你好.txt"),
        ("filename*=''%C3%84.txt", "Ä.txt"),
        ("filename*=%C3%84.txt", "Ä.txt"),
        ("filename*=utf-8''\"%C3%84.txt\"", "Ä.txt"),
        ("filename*0=long; filename*1=er; filename*2=.txt", "longer.txt"),
        ("filename*1*=%84.txt; filename*0*=utf-8''%C3", "Ä.txt"),
        ("filename*0*=utf-8''%C3%84; filename*1=.txt", "Ä.txt"),
        ('filename*0="=?utf-8?Q?=C3"; filename*1="=84=2Etxt?="', "Ä.txt"),
        ('filename="a \\"b\\".txt"', 'a "b".txt'),
        ('filename="a "b".txt"; size=3', 'a "b".txt'),
        ('filename="a;b.txt"', "a;b.txt"),
        ("filename=report (1).pdf", "report (1).pdf"),
        ('filename="C:\\temp\\new.txt"', "C:\\temp\\new.txt"),
        ("filename==?utf-8?B?w4QudHh0?=", "Ä.txt"),
        ("filename='x.txt'", "'x.txt'"),
    ],
)
def test_file_names_of_all_mailers(header: str, name: str) -> None:
    assert parameters(f"attachment; {header}")[1]["filename"] == name


@pytest.mark.parametrize(
    "header, kind, charset",
    [
        ("text/html charset=utf-8", "text/html", "utf-8"),
        ("text/html, charset=utf-8", "text/html", "utf-8"),
        ("text/html;; charset = utf-8", "text/html", "utf-8"),
        ("TEXT / HTML;charset='x'", "text / html", "'x'"),
        ("text", "text", ""),
    ],
)
def test_content_types_of_careless_mailers(header: str, kind: str, charset: str) -> None:
    main, found = parameters(header)
    assert (main, found.get("charset", "")) == (kind, charset)


@pytest.mark.parametrize(
    "data, encoding, content",
    [
        (b"SGVs\r\nbG8=", "base64", b"Hello"),
        (b"SGVs!bG8", "BASE64 ", b"Hello"),
        (b"a=3D=\r\nb", "quoted-printable", b"a=b"),
        (b"begin 644 f.txt\n%:&5L;&\\\n`\nend\n", "x-uuencode", b"hello"),
        (b"as it is", "rot13", b"as it is"),
        (b"as it is", "7-bit", b"as it is"),
        (b"a=3Db", "Quoted_Printable; x", b"a=b"),
        (b"SGVsbG8=", "base64 (of course)", b"Hello"),
        (b"This is no base64 at all.", "base64", b"This is no base64 at all."),
        (b"a= \t\r\nb=3D=", "quoted-printable", b"ab="),
        (b"a=XZb=3db", "quoted-printable", b"a=XZb=b"),
        (b"SGVsbG8=\r\n\r\n-- \r\nA list's footer\r\n", "base64", b"Hello"),
    ],
)
def test_transfer_encodings(data: bytes, encoding: str, content: bytes) -> None:
    assert decode_transfer(data, encoding)[0] == content


def test_long_header_values_are_cut_before_they_are_decoded() -> None:
    raw = b"Subject: " + b"x" * 50_000 + b"\r\nTo: " + b"a@b.test, " * 9000 + b"\r\n\r\n"
    mail = parse(raw)
    assert len(mail.subject) <= VALUE_LIMIT
    assert len(mail.to) <= 1000


def test_a_mail_that_only_forwards_another_says_what_that_one_says() -> None:
    raw = b"From: a@b.test\r\nContent-Type: message/rfc822\r\n\r\nSubject: inner\r\n\r\nThe inner words.\r\n"
    mail = parse(raw)
    assert mail.text.strip() == "The inner words."
    assert len(mail.attachments) == 1


def test_a_missing_empty_line_before_the_body_is_forgiven() -> None:
    mail = parse(b"From: a@b.test\nSubject: x\nHello there\nmore")
    assert mail.text == "Hello there\nmore"
    assert "no empty line between header and body" in mail.problems


def test_a_lost_closing_boundary_loses_nothing() -> None:
    mail = parse(b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\none\r\n--b\r\n\r\ntwo")
    assert mail.shown_text == "one\ntwo"


@pytest.mark.parametrize("name", ["../../etc/passwd", "C:\\temp\\passwd", "pass\u202ewd", "a/b/passwd"])
def test_file_names_lead_nowhere(name: str) -> None:
    raw = f'Content-Disposition: attachment; filename="{name}"\r\nContent-Type: a/b\r\n\r\nx'.encode()
    assert parse(raw).attachments[0].filename in ("passwd", "tempasswd", "C:temppasswd")
