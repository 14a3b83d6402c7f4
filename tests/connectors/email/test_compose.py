"""Outgoing mail: what other programs read in it, and what nobody can put into it."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.email.reading.parse import parse
from connectors.email.sending import own_ids, verp
from connectors.email.sending.compose import Composed, Unsendable, compose
from connectors.email.sending.letterhead import Letterhead
from hub import tokens
from hub.messages import OutboundFile, OutboundMessage, Party, Quoted

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


HEAD = Letterhead("support@acme.test", "Acme Support")


def composed(head: Letterhead = HEAD, **changes: object) -> Composed:
    return compose(replace(MESSAGE, **changes), head, DATE)  # type: ignore[arg-type]


def test_it_reads_back_as_it_was_meant() -> None:
    mail = parse(composed().raw)
    assert mail.subject == "Re: Where is my parcel?"
    assert [(a.name, a.address) for a in mail.from_] == [("Amal Agent at Acme Support", "support@acme.test")]
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
    assert composed(attempt=1) == composed(attempt=7)


def test_text_html_inline_image_and_file() -> None:
    image = OutboundFile("logo.png", "image/png", b"\x89PNG", content_id="logo", inline=True)
    table = OutboundFile("Rechnung für Jörg.csv", "text/csv", b"a;b\n1;2\n")
    mail = parse(composed(html='<p>See <img src="cid:logo"></p>', files=(image, table)).raw)
    assert '<p>See <img src="cid:logo"></p>' in mail.html
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
    mail = parse(composed(Letterhead(f"{'a' * 40}@acme.test", "Acme")).raw)
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


@pytest.mark.parametrize(
    "send_as, name",
    [
        ("agent", "Amal Agent"),
        ("channel", "Acme Support"),
        ("agent_at_channel", "Amal Agent at Acme Support"),
    ],
)
def test_whose_name_stands_there_is_the_channels_choice(send_as: str, name: str) -> None:
    assert parse(composed(replace(HEAD, send_as=send_as)).raw).from_[0].name == name


def test_automatic_mail_speaks_for_the_channel() -> None:
    assert parse(composed(automatic=True).raw).from_[0].name == "Acme Support"


def test_answers_go_where_the_channel_says() -> None:
    elsewhere = parse(composed(replace(HEAD, reply_to="desk@acme.test")).raw)
    assert [a.address for a in elsewhere.reply_to] == ["desk@acme.test"]
    assert parse(composed(replace(HEAD, takes_subaddresses=False)).raw).reply_to == ()


def test_a_signature_stands_below_its_line_and_inside_the_html() -> None:
    mail = parse(composed(signature_text="Amal\nAcme", signature_html="<b>Amal</b>").raw)
    assert mail.text.endswith("Grüße\n\n-- \nAmal\nAcme")
    assert '<div class="gmail_signature"><b>Amal</b></div>' in mail.html


QUOTED = Quoted(CARLA, DATE, "Where is it?\n\nCarla", '<p>Where is it?<img src="cid:photo"></p>')


def test_the_words_that_it_answers_stand_below_in_the_usual_form() -> None:
    mail = parse(composed(quoted=QUOTED).raw)
    assert mail.text.endswith(
        "On Mon, Jan 5, 2026 at 09:00, Carla Customer <carla@example.net> wrote:\n> Where is it?\n>\n> Carla"
    )
    assert "cid:photo" not in mail.html
    assert re.search(r'<blockquote class="gmail_quote"[^>]*><p>Where is it\?</p></blockquote>', mail.html)


def test_plain_text_becomes_paragraphs_links_and_a_direction() -> None:
    mail = parse(composed(text="مرحبا <b>\n\nSee https://acme.test/a?b=1&c=2.").raw)
    assert '<div dir="rtl"' in mail.html
    assert '<p dir="rtl">مرحبا &lt;b&gt;</p>' in mail.html
    assert '<a href="https://acme.test/a?b=1&amp;c=2">' in mail.html and "</a>.</p>" in mail.html


def test_the_hidden_mark_comes_back_out_of_a_quotation() -> None:
    mail = parse(composed().raw)
    assert own_ids.tokens_in_marks(f"<p>Thanks</p><blockquote>{mail.html}</blockquote>") == [TOKEN]
    assert own_ids.tokens_in_marks("> > [hub:" + TOKEN + "]") == [TOKEN]
    assert TOKEN not in mail.text


def test_the_number_stands_in_the_subject_once_when_wanted() -> None:
    head = replace(HEAD, subject_number=True)
    assert parse(composed(head, conversation_number=123).raw).subject == "Re: Where is my parcel? [#123]"
    again = composed(head, conversation_number=123, subject="Re: Where is my parcel? [#123]")
    assert parse(again.raw).subject == "Re: Where is my parcel? [#123]"
    assert "#123" not in parse(composed(conversation_number=123).raw).subject


def test_a_bounce_finds_its_delivery_by_the_return_path() -> None:
    mail = composed(replace(HEAD, return_domain="bounces.acme.test"))
    assert mail.sender.endswith("@bounces.acme.test")
    assert verp.read(mail.sender) == verp.read(f"<{mail.sender.upper()}>") == MESSAGE.delivery_id
    assert verp.read(verp.return_path(MESSAGE.delivery_id, "help@acme.test")) == MESSAGE.delivery_id


@pytest.mark.parametrize("address", ["", "b-@x", f"b-{TOKEN}@acme.test", "support@acme.test", "b-" * 999])
def test_a_return_path_that_we_did_not_sign_names_no_delivery(address: str) -> None:
    assert verp.read(address) is None


def test_a_return_path_that_would_be_too_long_is_none() -> None:
    assert verp.return_path(MESSAGE.delivery_id, f"{'x' * 30}@acme.test") == ""


def test_only_automatic_mail_offers_to_end_it() -> None:
    head = replace(HEAD, unsubscribe_url="https://hub.test/mail/unsubscribe/")
    fields = {name.lower(): value for name, value in parse(composed(head, automatic=True).raw).headers}
    assert re.fullmatch(r"<https://hub\.test/mail/unsubscribe/[a-z2-7]{39}>", fields["list-unsubscribe"])
    assert fields["list-unsubscribe-post"] == "List-Unsubscribe=One-Click"
    assert b"Unsubscribe" not in composed(head).raw
    assert b"Unsubscribe" not in composed(automatic=True).raw


def test_servers_that_we_sign_in_to_get_a_return_path_for_automatic_mail_too() -> None:
    assert composed(replace(HEAD, null_sender=False), automatic=True).sender == "support@acme.test"


def test_a_channel_knows_its_own_mail_again() -> None:
    (mark,) = [v for name, v in parse(composed().raw).headers if name == own_ids.LOOP_HEADER]
    assert own_ids.is_loop(mark, "support@acme.test")
    assert not own_ids.is_loop(mark, "sales@acme.test")
    assert not own_ids.is_loop(tokens.sign_id(tokens.REPLY, UUID(int=1)), "support@acme.test")


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
        "content-type", "mime-version", "x-omnihub-loop",
    }  # fmt: skip
    mail = parse(raw)
    assert {key.lower() for key, _ in mail.headers} <= allowed
    assert [a.address for a in mail.from_] == ["support@acme.test"]
    assert len(mail.attachments) == 2
    assert mail.attachments[0].content == b"data"
