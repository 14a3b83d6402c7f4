"""Outgoing mail: what other programs read in it, and what nobody can put into it."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.email.compose import Composed, Unsendable, compose
from connectors.email.parse import parse
from hub.messages import OutboundFile, OutboundMessage, Party

DATE = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
TOKEN = "a" * 38 + "2"
CARLA = Party("email", "carla@example.net", "Carla Customer")
MESSAGE = OutboundMessage(
    delivery_id="019b8a00-0000-7000-8000-000000000001",
    item_id="i",
    conversation_id="c",
    attempt=1,
    recipient=CARLA,
    text="Hello Carla,\n.\nit is on its way. Grüße",
    subject="Where is my parcel?",
    sender_name="Amal Agent",
    in_reply_to="<parcel-1@example.net>",
    references=("<parcel-0@example.net>", "<parcel-1@example.net>"),
    reply_token=TOKEN,
)


def composed(**changes: object) -> Composed:
    return compose(replace(MESSAGE, **changes), "support@acme.test", "Acme Support", DATE)  # type: ignore[arg-type]


def test_it_reads_back_as_it_was_meant() -> None:
    mail = parse(composed().raw)
    assert mail.subject == "Re: Where is my parcel?"
    assert [(a.name, a.address) for a in mail.from_] == [("Amal Agent", "support@acme.test")]
    assert [(a.name, a.address) for a in mail.to] == [("Carla Customer", "carla@example.net")]
    assert [(a.name, a.address) for a in mail.reply_to] == [("Acme Support", f"support+{TOKEN}@acme.test")]
    assert mail.in_reply_to == ("<parcel-1@example.net>",)
    assert mail.references == ("<parcel-0@example.net>", "<parcel-1@example.net>")
    assert mail.message_id == f"<019b8a00000070008000000000000001.{TOKEN}@acme.test>"
    assert mail.date == DATE
    assert mail.text == MESSAGE.text
    assert not mail.problems


def test_another_reader_agrees() -> None:
    mail = message_from_bytes(composed(html="<p>Grüße</p>").raw, policy=default)
    assert mail["from"].addresses[0].addr_spec == "support@acme.test"
    assert mail["message-id"].startswith("<019b8a00")
    assert mail.get_content_type() == "multipart/alternative"
    assert not mail.defects


def test_each_attempt_has_the_same_message_id() -> None:
    assert composed(attempt=1).message_id == composed(attempt=7).message_id


def test_text_html_inline_image_and_file() -> None:
    image = OutboundFile("logo.png", "image/png", b"\x89PNG", content_id="logo", inline=True)
    table = OutboundFile("Rechnung für Jörg.csv", "text/csv", b"a;b\n1;2\n")
    mail = parse(composed(html='<p>See <img src="cid:logo"></p>', files=(image, table)).raw)
    assert mail.html.strip() == '<p>See <img src="cid:logo"></p>'
    assert [(f.filename, f.content_type, f.content_id, f.inline) for f in mail.attachments] == [
        ("logo.png", "image/png", "logo", True),
        ("Rechnung für Jörg.csv", "text/csv", "", False),
    ]
    assert mail.attachments[1].content == b"a;b\n1;2\n"


def test_every_line_ends_with_crlf_and_is_short() -> None:
    files = (OutboundFile("a.bin", "application/octet-stream", bytes(range(256)) * 40),)
    raw = composed(text="x" * 5000 + "\n\n.\n", html="<p>" + "y" * 5000, files=files, cc=(CARLA,) * 30).raw
    assert not re.search(rb"(?<!\r)\n|\r(?!\n)", raw)
    assert max(len(line) for line in raw.split(b"\r\n")) <= 200


def test_long_reference_chains_keep_first_and_newest() -> None:
    chain = tuple(f"<{number}.{'x' * 80}@example.net>" for number in range(60))
    mail = parse(composed(references=chain, in_reply_to=chain[-1]).raw)
    assert len(mail.references) == 20
    assert (mail.references[0], mail.references[-1]) == (chain[0], chain[-1])


def test_an_answer_is_not_marked_twice() -> None:
    assert parse(composed(subject="AW: Rechnung").raw).subject == "AW: Rechnung"
    assert parse(composed(subject="", in_reply_to="", references=()).raw).subject == "(no subject)"


def test_automatic_mail_says_so() -> None:
    mail = composed(automatic=True)
    assert mail.sender == ""
    assert parse(mail.raw).auto_submitted


def test_a_long_address_goes_without_a_reply_subaddress() -> None:
    address = f"{'a' * 40}@acme.test"
    mail = parse(compose(MESSAGE, address, "Acme", DATE).raw)
    assert mail.reply_to == ()


def test_an_international_domain_becomes_ascii() -> None:
    assert (
        composed(recipient=Party("email", "carla@bücher.example")).recipient == "carla@xn--bcher-kva.example"
    )


@pytest.mark.parametrize(
    "address",
    ["", "carla", "carla@", "a b@example.net", "a@b\r\nBcc: x@y.test", "a@b,c@d", "<a@b>", "a@x..y"],
)
def test_what_is_no_address_is_not_sent_to(address: str) -> None:
    with pytest.raises(Unsendable):
        composed(recipient=Party("email", address))


ODD = st.text(st.characters(exclude_categories=["Cs"]), max_size=120) | st.sampled_from(
    [
        "x\r\nBcc: evil@example.net",
        "x\nBcc: evil@example.net",
        "x\rBcc: e",
        '"',
        "\\",
        "=?utf-8?q?=0aBcc:?=",
        "\u2028",
    ]
)


@settings(max_examples=300, deadline=None)
@given(subject=ODD, name=ODD, text=ODD, reference=ODD, filename=ODD, content_type=ODD, content_id=ODD)
def test_nothing_can_inject_a_header(
    subject: str, name: str, text: str, reference: str, filename: str, content_type: str, content_id: str
) -> None:
    raw = composed(
        subject=subject,
        sender_name=name,
        text=text,
        html="<p>x</p>",
        to=(Party("email", "carla@example.net", name), Party("email", reference)),
        references=(reference,),
        in_reply_to=reference,
        files=(
            OutboundFile(filename, content_type, b"data"),
            OutboundFile(filename, "image/png", b"data", content_id=content_id, inline=True),
        ),
    ).raw
    allowed = {
        "message-id", "date", "from", "to", "subject", "in-reply-to", "references", "reply-to",
        "content-type", "mime-version",
    }  # fmt: skip
    mail = parse(raw)
    assert {key.lower() for key, _ in mail.headers} <= allowed
    assert [a.address for a in mail.from_] == ["support@acme.test"]
    assert len(mail.attachments) == 2
    assert mail.attachments[0].content == b"data"
