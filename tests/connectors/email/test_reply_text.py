"""What somebody wrote now, apart from what is quoted around it and signed below it."""

from __future__ import annotations

import pytest

from connectors.email.folding.reply_text import LINE_LIMIT, reply_text
from tests.connectors.email.reply_samples import ATTRIBUTIONS, BLOCKS, SENT_FROM

REPLY = "Thank you, that works.\n\nCould you send the invoice to carla@example.test as well?"
MARKED = ["> old words\n> more old words", "> old words\n>\n> On Monday, somebody wrote:\n>> older words\n"]


@pytest.mark.parametrize("heading", ATTRIBUTIONS.values(), ids=ATTRIBUTIONS)
def test_what_follows_the_heading_of_a_quotation_is_left_out(heading: str) -> None:
    for quotation in ("\nold words\nmore old words\n", *MARKED):
        assert reply_text(f"{REPLY}\n\n{heading}\n{quotation}") == REPLY


@pytest.mark.parametrize("heading", ATTRIBUTIONS.values(), ids=ATTRIBUTIONS)
def test_an_answer_below_the_quotation_is_kept(heading: str) -> None:
    answer = "Blue, and large.\n\nBest, Carla"
    assert reply_text(f"{heading}\n\n> What colour?\n> Which size?\n\n{answer}") == answer


@pytest.mark.parametrize("heading", ATTRIBUTIONS.values(), ids=ATTRIBUTIONS)
def test_a_heading_may_be_broken_over_lines(heading: str) -> None:
    for share in (0.5, 0.75):
        cut = heading.find(" ", int(len(heading) * share))
        broken = f"{heading[:cut]}\n{heading[cut + 1 :]}"
        if cut > 0 and "\n" not in heading and not heading.startswith((">>>", "-----")):
            assert reply_text(f"{REPLY}\n\n{broken}\n\n> old\n> words") == REPLY


@pytest.mark.parametrize("block", BLOCKS.values(), ids=BLOCKS)
def test_the_headers_of_an_earlier_mail_begin_a_quotation(block: str) -> None:
    assert reply_text(f"{REPLY}\n\n{block}\n\nold words\nmore old words\n") == REPLY


def test_answers_between_quoted_lines_are_kept() -> None:
    text = "On 1/5/2026, Support wrote:\n> Which size?\nLarge.\n> Which colour?\nBlue.\n"
    assert reply_text(text) == "Large.\nBlue."


def test_the_broken_off_end_of_a_quoted_line_is_quoted() -> None:
    long = "> In my opinion the parcel ought to have been delivered on Monday or\nTuesday at the latest\n>"
    assert reply_text(f"Yes.\n\nOn 1/5/2026, Support wrote:\n{long}\n> Regards") == "Yes."


@pytest.mark.parametrize(
    "text",
    [
        "From: Berlin\nTo: Paris\nPlease book it.",
        "On Monday we wrote: the parcel is late.",
        "Sent the phone back on Monday by mail.",
        "Sent from my desk at home, where I have been since Monday",
        "Get your act together please",
        "a -- b\n- one\n- two",
        "1) What about 5:30?\n2) ok",
        "The address is:\nCarla Example\n12 High Street",
        "I paid on 5 January 2026:\n- one chair\n- one table",
        "My numbers are 2026-01-05 and 09:00:\nplease check",
        "Please change it to carla@example.test:\nthat is the right one",
        "Options\n-------\nfirst\nsecond",
        "See the line above, please reply.",
        "Von Montag an bin ich wieder da: bitte warten.",
        "A: yes\nB: no\nC: perhaps",
        "I need:\n\n- Milk\n\n- Bread",
    ],
)
def test_ordinary_sentences_are_not_mistaken(text: str) -> None:
    assert reply_text(text) == text


@pytest.mark.parametrize("words", SENT_FROM)
def test_what_a_device_adds_is_left_out(words: str) -> None:
    assert (
        reply_text(f"{REPLY}\n\n{words}\n\nOn Mon, Jan 5, 2026 at 9:00 AM S <s@a.test> wrote:\n> x") == REPLY
    )


@pytest.mark.parametrize(
    "end",
    [
        "-- \nCarla\nExample Ltd",
        "--\nCarla",
        "-Carla Example",
        "____________\nlist mailing list\nhttps://example.test/list",
        "CONFIDENTIALITY NOTICE: This e-mail is for you alone.\nDelete it.",
        "This message and any attachments are confidential and intended solely for the addressee.",
        "Diese E-Mail enthält vertrauliche Informationen. Bitte löschen.",
        "Ce message et ses pièces jointes sont confidentiels.",
    ],
)
def test_signatures_are_left_out(end: str) -> None:
    assert reply_text(f"Thanks!\n\n{end}") == "Thanks!"


def test_a_line_in_the_middle_of_a_long_text_is_no_signature() -> None:
    text = "First part\n\n---\n\n" + "\n".join(f"line {number}" for number in range(30))
    assert reply_text(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "> only\n> quoted lines",
        "Sent from my iPhone",
        "From: Ann <a@b.test>\nSent: Monday\nTo: Carla\nSubject: x\n\nPlease see below.",
        "---------- Forwarded message ---------\nFrom: Ann <a@b.test>\nSubject: x\n\n> The words",
    ],
)
def test_something_is_always_left_to_read(text: str) -> None:
    assert reply_text(text) == text


def test_a_forwarded_mail_is_read_with_what_stands_above_it() -> None:
    text = "Please handle this.\n\n---------- Forwarded message ---------\nFrom: Ann <a@b.test>\n\nMy words"
    assert reply_text(text) == text


def test_a_text_of_more_lines_than_are_looked_at_loses_none() -> None:
    text = "\n".join("word" for _ in range(LINE_LIMIT + 50))
    assert reply_text(text) == text
