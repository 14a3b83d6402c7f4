"""Reading never fails, whatever the bytes: found by trying."""

from __future__ import annotations

import json
import random
import re
import time
from email.header import Header

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.email.commands import mail_as_json
from connectors.email.folding.reply_text import reply_text
from connectors.email.reading.addresses import read_addresses
from connectors.email.reading.headers import decode_words, header_text, parameters
from connectors.email.reading.html_text import html_to_text
from connectors.email.reading.mail import Mail
from connectors.email.reading.parse import ORDINARY_SIZE, parse, parse_ordinary
from connectors.email.reading.structure import LEVEL_LIMIT, PART_LIMIT, SIZE_LIMIT
from tests.connectors.email.conftest import SAMPLES

SAMPLE_MAILS = sorted(path.read_bytes() for path in SAMPLES.glob("*.eml"))
LONE = re.compile("[\x00\ud800-\udfff]")

pieces = st.sampled_from(
    rb"""
    From:_ To:_ Subject:_ Content-Type:_ multipart/mixed;_boundary= message/rfc822 message/delivery-status
    text/html ;_charset= utf-7 utf-16 punycode x " b --b --b-- \r\n \n \r\n\r\n =?utf-8?B? =?=? ?= =C3
    =?iso-2022-jp?Q?=1B Content-Transfer-Encoding:_base64 Content-Transfer-Encoding:_quoted-printable
    begin_644_f\n Content-Disposition:_attachment;_filename*0*=utf-8''%ff < > ( a@b , ; : \\ \x00 \xff\xfe
    \xed\xa0\x80 +2AA- _ \t >_quoted On_1/1/2026_a_wrote: <div> Date:_Mon,_99_Foo_99999_99:99
    References:_<a@b>_< Status:_5.1.1 format=flowed;_delsp=yes text/calendar BEGIN:VCALENDAR\n
    application/ms-tnef BEGIN:VEVENT\n DTSTART:2026 x\x9f>" application/pkcs7-mime 0\x80 end\n !!!!\n
    text/enriched <lt> << =?=20?
    -----BEGIN_PGP_SIGNED_MESSAGE-----\n multipart/signed multipart/appledouble \x1b$B
    \xcf\xf0\xe8\xe2\xe5\xf2 _-0330_(x)
    """.split()
).map(lambda piece: piece.replace(b"_", b" ").decode("unicode_escape").encode("latin-1"))


def check(raw: bytes) -> Mail:
    """What must hold for each mail that was read."""
    mail = parse(raw)
    text = json.dumps(mail_as_json(mail), ensure_ascii=False)
    assert not LONE.search(text.replace("\\u0000", "\x00"))
    text.encode("utf-8")
    assert parse(raw) == mail
    assert parse_ordinary(raw) in (mail, None)
    return mail


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=3000))
def test_any_bytes_are_read(raw: bytes) -> None:
    check(raw)


@settings(max_examples=500, deadline=None)
@given(st.lists(pieces, max_size=60).map(b"".join))
def test_mail_like_rubbish_is_read(raw: bytes) -> None:
    check(raw)


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(SAMPLE_MAILS), st.randoms(use_true_random=False))
def test_mangled_mails_are_read(raw: bytes, rng: random.Random) -> None:
    """Bytes changed, cut out, doubled and swapped."""
    mangled = bytearray(raw)
    for _ in range(rng.randrange(1, 30)):
        at = rng.randrange(len(mangled) + 1)
        until = min(len(mangled), at + rng.randrange(1, 40))
        change = rng.randrange(4)
        if change == 0:
            mangled[at:until] = rng.randbytes(rng.randrange(5))
        elif change == 1:
            del mangled[at:until]
        elif change == 2:
            mangled[at:at] = mangled[at:until]
        else:
            mangled = mangled[at:] + mangled[:at]
    check(bytes(mangled))


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=500))
def test_any_text_is_taken_by_the_small_functions(text: str) -> None:
    decode_words(text)
    parameters(text)
    read_addresses([text])
    reply_text(text)
    html_to_text(text)
    header_text(text.encode("utf-8", "surrogatepass"))


@settings(max_examples=200, deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=60))
def test_names_survive_the_standard_librarys_encoding(name: str) -> None:
    encoded = Header(name, "utf-8").encode(linesep="\r\n")
    raw = f"From: {encoded} <a@example.net>\r\n\r\nx".encode()
    assert " ".join(parse(raw).from_[0].name.split()) == " ".join(name.split())


MEGABYTE = 1024 * 1024


def nested(levels: int) -> bytes:
    head = b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(levels)
    )
    return b"From: a@b.test\r\n" + head + b"\r\nhello\r\n"


ENCODED_MAIL = b"Content-Type: message/rfc822\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
ATTACKS = {
    "nesting": nested(20_000),
    "nesting and size": nested(300) + b"line of text\r\n" * 500_000,
    "attached mails": b"Content-Type: message/rfc822\r\n\r\n" * 50_000,
    "encoded attached mails": ENCODED_MAIL * 9000 + b"x" * 9 * MEGABYTE,
    "parts": b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + b"--b\r\n\r\n" * 500_000,
    "headers": b"X: y\r\n" * 500_000,
    "one folded header": b"Subject: a\r\n" + b" b\r\n" * 2_000_000,
    "brackets": b"From: " + b"(" * 10_000 + b"\r\nTo: " + b"<" * 10_000 + b"\r\nCc: " + b'"\\' * 5_000,
    "encoded words": b"Subject: " + b"=?a?q?" * 1_700 + b"\r\n\r\n",
    "parameters": b"Content-Type: text/plain" + b"; a*0*=x" * 100_000 + b"\r\n\r\n",
    "tags": b"Content-Type: text/html\r\n\r\n" + b"<div class=" * 300_000,
    "open comments": b"Content-Type: text/html\r\n\r\n" + b"<!-- " * 500_000,
    "divs": b"Content-Type: text/html\r\n\r\n" + b"<div>" * 500_000 + b"<blockquote>" * 100_000,
    "headings": b"\r\n" + b"On 1/1/2026, a <a@b.test>\r\n" * 300_000,
    "quotes": b"\r\n" + b"> > > > \r\n" * 500_000,
    "one long line": b"\r\n" + b"From: user unknown " * 500_000,
    "report words": b"From: MAILER-DAEMON@x.test\r\nSubject: failure\r\n\r\n" + b"user" * 500_000,
    "report groups": b"Content-Type: message/delivery-status\r\n\r\n" + b"Status: 5.1.1\r\n\r\n" * 300_000,
    "boundary look-alikes": b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + b"\r\n--bx" * 1_000_000,
    "valid encoded words": b"X-A: " + b"=?utf-8?Q?=C3=A4?= " * 200_000 + b"\r\n\r\n",
    "encoded words in many headers": (b"X-A: " + b"=?utf-8?q?why?=20" * 500 + b"\r\n") * 900 + b"\r\n",
    "addresses in a megabyte": b"From: " + b"a@b.test, " * 100_000 + b"\r\n\r\n",
    "angles in many headers": (b"To: " + b"<a" * 5000 + b"\r\n") * 500 + b"\r\n",
    "parentheses in many headers": (b"To: " + b"a(" * 2500 + b")" * 2500 + b"\r\n") * 500 + b"\r\n",
    "closed divs": b"Content-Type: text/html\r\n\r\n" + b"<div>" * 50_000 + b"x" + b"</div>" * 50_000,
    "tables": b"Content-Type: text/html\r\n\r\n" + b"<table><tr><td>a" * 60_000,
    "attributes": b"Content-Type: text/html\r\n\r\n<div " + b"a=b " * 500_000 + b">",
    "open tags": b"Content-Type: text/html\r\n\r\n" + b"<" * 2_000_000,
    "meta tags": b"Content-Type: text/html\r\n\r\n" + b"<meta " * 300_000,
    "soft line ends": b"Content-Type: text/plain; format=flowed\r\n\r\n" + b"> a \r\n" * 500_000,
    "quote marks": b"Content-Type: text/plain; format=flowed\r\n\r\n" + b">" * 2_000_000,
    "uuencoded beginnings": b"\r\n" + b"begin 644 a\r\n" * 300_000,
    "uuencoded files": b"\r\n" + b"begin 644 a\r\n!!!!\r\nend\r\n" * 100_000,
    "armour": b"\r\n" + b"-----BEGIN PGP SIGNED MESSAGE-----\r\n" * 60_000,
    "enriched": b"Content-Type: text/enriched\r\n\r\n" + b"<comment>" * 300_000,
    "all high bytes": b"\r\n" + bytes(range(128, 256)) * 40_000,
    "escapes of ISO-2022": b"\r\n" + b"\x1b$B-!\x1b(B" * 100_000,
    "other boundaries": b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--x\r\n" * 50_000,
    "packed multiparts": (
        b"Content-Type: multipart/mixed; boundary=b\r\nContent-Transfer-Encoding: base64\r\n\r\n" * 20_000
    ),
    "signatures": b"Content-Type: application/pkcs7-mime\r\n\r\n" + b"\x30\x80" * 2_000_000,
    "events": b"Content-Type: text/calendar\r\n\r\nBEGIN:VCALENDAR\r\n"
    + b"BEGIN:VEVENT\r\nDTSTART:2026\r\n" * 8000,
    "text and HTML in turns": b"Content-Type: multipart/mixed; boundary=b\r\n\r\n"
    + b"--b\r\n\r\na\r\n--b\r\nContent-Type: text/html\r\n\r\n<p>x\r\n" * 490,
}  # fmt: skip


@pytest.mark.parametrize("name", ATTACKS)
def test_hostile_mails_cost_seconds_at_most(name: str) -> None:
    raw = ATTACKS[name][:SIZE_LIMIT]
    began = time.process_time()
    parse(raw)
    assert time.process_time() - began < 8


@pytest.mark.parametrize("name", ATTACKS)
def test_what_is_left_to_the_process_itself_costs_a_moment(name: str) -> None:
    raw = ATTACKS[name][: ORDINARY_SIZE - 1]
    began = time.process_time()
    parse_ordinary(raw)
    assert time.process_time() - began < 3


def test_the_budgets_are_kept_and_named() -> None:
    assert f"more than {LEVEL_LIMIT} levels of nesting" in parse(nested(200)).problems
    assert f"more than {PART_LIMIT} parts" in parse(ATTACKS["parts"]).problems
    assert any("larger than" in problem for problem in parse(b"a: b\r\n\r\n" + b"x" * SIZE_LIMIT).problems)
