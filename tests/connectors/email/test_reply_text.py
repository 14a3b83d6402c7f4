"""What somebody wrote now, apart from what is quoted below it."""

from __future__ import annotations

import pytest

from connectors.email.html_text import html_to_text
from connectors.email.parse import parse
from connectors.email.reply_text import reply_text, unflow

QUOTE_HEADINGS = [
    "On Mon, Jan 5, 2026 at 9:00 AM Support <support@acme.test> wrote:",
    "Am 05.01.2026 um 09:00 schrieb Support <support@acme.test>:",
    "Le lun. 5 janv. 2026 à 09:00, Support <support@acme.test> a écrit :",
    "El lun, 5 ene 2026 a las 9:00, Support (<support@acme.test>) escribió:",
    "Il giorno lun 5 gen 2026 alle ore 09:00 Support <support@acme.test> ha scritto:",
    "Op ma 5 jan. 2026 om 09:00 schreef Support <support@acme.test>:",
    "Em seg., 5 de jan. de 2026 às 09:00, Support <support@acme.test> escreveu:",
    "W dniu 5.01.2026 o 09:00, Support <support@acme.test> napisał(a):",
    "Den mån 5 jan. 2026 kl 09:00 skrev Support <support@acme.test>:",
    "пн, 5 янв. 2026 г. в 09:00, Support <support@acme.test> написал:",
    "2026-01-05 9:00 GMT+01:00 Support <support@acme.test>:",
    "-----Original Message-----",
    "-------- Ursprüngliche Nachricht --------",
    "________________________\nFrom: Support <support@acme.test>\nSent: Monday\nTo: Carla\nSubject: Re: x",
    "Von: Support\nGesendet: Montag, 5. Januar 2026\nAn: Carla\nBetreff: AW: x",
    "De : Support\nEnvoyé : lundi 5 janvier 2026\nÀ : Carla\nObjet : RE: x",
]


@pytest.mark.parametrize("heading", QUOTE_HEADINGS)
def test_what_follows_the_heading_of_a_quotation_is_left_out(heading: str) -> None:
    assert (
        reply_text(f"Thank you, that works.\n\n{heading}\n\nold words\nmore old words\n")
        == "Thank you, that works."
    )


@pytest.mark.parametrize("heading", QUOTE_HEADINGS[:11])
def test_a_heading_may_be_broken_over_lines(heading: str) -> None:
    cut = heading.rindex(" ", 0, len(heading) * 2 // 3)
    broken = heading[:cut] + "\n" + heading[cut + 1 :]
    assert reply_text(f"Yes.\n\n{broken}\n> old\n> words") == "Yes."


def test_answers_between_quoted_lines_are_kept() -> None:
    text = "On 1/5/2026, Support wrote:\n> Which size?\nLarge.\n> Which colour?\nBlue.\n"
    assert reply_text(text) == "Large.\nBlue."


@pytest.mark.parametrize(
    "text",
    [
        "From: Berlin\nTo: Paris\nPlease book it.",
        "On Monday we wrote: the parcel is late.",
        "Sent the phone back on Monday by mail.",
        "Get your act together please",
        "a -- b\n- one\n- two",
        "1) What about 5:30?\n2) ok",
    ],
)
def test_ordinary_sentences_are_not_mistaken(text: str) -> None:
    assert reply_text(text) == text


@pytest.mark.parametrize(
    "end", ["-- \nCarla\nExample Ltd", "Sent from my iPhone", "Von meinem iPhone gesendet"]
)
def test_signatures_are_left_out(end: str) -> None:
    assert reply_text(f"Thanks!\n\n{end}") == "Thanks!"


def test_flowed_text_is_joined() -> None:
    assert unflow("one \ntwo \nthree\n> quoted \n-- \nme") == "one two three\n> quoted \n-- \nme"


@pytest.mark.parametrize(
    "quote",
    [
        '<div class="gmail_quote"><div>On Monday wrote:</div><blockquote>old</blockquote></div>',
        '<div id="divRplyFwdMsg">From: x</div><div>old</div>',
        '<div style="border:none;border-top:solid #E1E1E1 1.0pt"><b>From:</b> x</div><p>old</p>',
        '<blockquote type="cite">old</blockquote>',
        '<div class="yahoo_quoted">old</div>',
    ],
)
def test_quotations_in_html_are_known_by_their_marks(quote: str) -> None:
    raw = f"From: a@b.test\r\nContent-Type: text/html\r\n\r\n<p>New words.</p>{quote}".encode()
    assert parse(raw).reply_text == "New words."


def test_html_becomes_lines() -> None:
    html = "<style>x</style><h1>A&amp;B</h1><p>one<br>two</p><ul><li>x<li>y</ul><script>z</script><!-- c -->"
    assert html_to_text(html) == "A&B\none\ntwo\n\n- x\n- y"
