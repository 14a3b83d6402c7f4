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

from connectors.email.addresses import read_addresses
from connectors.email.commands import mail_as_json
from connectors.email.headers import decode_words, header_text, parameters
from connectors.email.html_text import html_to_text
from connectors.email.mail import Mail
from connectors.email.parse import parse
from connectors.email.reply_text import reply_text
from connectors.email.structure import LEVEL_LIMIT, PART_LIMIT, SIZE_LIMIT
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
    References:_<a@b>_< Status:_5.1.1
    """.split()
).map(lambda piece: piece.replace(b"_", b" ").decode("unicode_escape").encode("latin-1"))


def check(raw: bytes) -> Mail:
    """What must hold for each mail that was read."""
    mail = parse(raw)
    text = json.dumps(mail_as_json(mail), ensure_ascii=False)
    assert not LONE.search(text.replace("\\u0000", "\x00"))
    text.encode("utf-8")
    assert parse(raw) == mail
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
    html_to_text(text, mark_quotes=True)
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
}  # fmt: skip


@pytest.mark.parametrize("name", ATTACKS)
def test_hostile_mails_cost_seconds_at_most(name: str) -> None:
    raw = ATTACKS[name][:SIZE_LIMIT]
    began = time.perf_counter()
    parse(raw)
    assert time.perf_counter() - began < 8


def test_the_budgets_are_kept_and_named() -> None:
    assert f"more than {LEVEL_LIMIT} levels of nesting" in parse(nested(200)).problems
    assert f"more than {PART_LIMIT} parts" in parse(ATTACKS["parts"]).problems
    assert any("larger than" in problem for problem in parse(b"a: b\r\n\r\n" + b"x" * SIZE_LIMIT).problems)
