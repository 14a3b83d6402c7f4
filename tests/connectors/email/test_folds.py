"""What folds on screen, in the text and in the HTML: nothing is lost, something is always left."""

from __future__ import annotations

import re
from collections.abc import Sequence

import nh3
import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.email.folding.folds import Folded, fold
from connectors.email.reading.html_text import html_to_text
from connectors.email.reading.parse import parse
from hub.messages import Fold
from tests.connectors.email.html_samples import SAMPLES

FOLDED_ELEMENT = re.compile(r"<(\w+) data-fold=\"(quote|signature)\"")


def of_text(text: str, subject: str = "Re: x") -> Folded:
    return fold(text, "", subject)


def of_html(html: str, subject: str = "Re: x") -> Folded:
    return fold("", html, subject)


def folded(result: Folded) -> list[tuple[str, str]]:
    return [(result.text[one.start : one.end], one.kind) for one in result.folds]


def test_folds_are_stretches_of_the_text() -> None:
    text = "Hello\n\n-- \nCarla\n\nOn 1/5/2026, Support wrote:\n> old\n>\n> words\n"
    assert folded(of_text(text)) == [
        ("-- \nCarla", "signature"),
        ("On 1/5/2026, Support wrote:\n> old\n>\n> words", "quote"),
    ]


def test_folds_of_flowed_text_are_stretches_of_the_text_as_people_read_it() -> None:
    raw = (
        b"From: a@b.test\nSubject: Re: x\nContent-Type: text/plain; format=flowed\n\n"
        b"Hello \nyou\n\nOn Mon, Jan 5, 2026 at 9:00 AM \nS <s@a.test> wrote: \n> old\n"
    )
    mail = parse(raw)
    assert mail.reply_text == "Hello you"
    assert [mail.shown_text[one.start : one.end].split() for one in mail.folds] == [
        ["On", "Mon,", "Jan", "5,", "2026", "at", "9:00", "AM", "S", "<s@a.test>", "wrote:", ">", "old"]
    ]


@pytest.mark.parametrize("html", SAMPLES.values(), ids=SAMPLES)
def test_the_marks_of_mail_programs_fold(html: str) -> None:
    result = of_html(html)
    assert result.reply_text == "New words."
    assert FOLDED_ELEMENT.search(result.html)
    shown = nh3.clean(result.html, attributes={"*": {"data-fold"}}, strip_comments=True)
    unfolded = re.sub(r"<(\w+) data-fold.*", "", shown, flags=re.DOTALL)
    assert "old" not in unfolded


@pytest.mark.parametrize("html", SAMPLES.values(), ids=SAMPLES)
def test_no_word_of_html_is_changed(html: str) -> None:
    assert html_to_text(of_html(html).html).split() == html_to_text(html).split()


def test_neighbours_are_put_into_one_element() -> None:
    html = "<div><p>New.</p><div id='appendonsend'></div><p>old</p>older <b>still</b></div>"
    assert of_html(html).html == (
        "<div><p>New.</p><div id='appendonsend'></div>"
        '<div data-fold="quote"><p>old</p>older <b>still</b></div></div>'
    )


def test_a_fold_among_words_is_no_block() -> None:
    html = "<p>New.<br>-- <br>Carla</p>"
    assert of_html(html).html == '<p>New.<br><span data-fold="signature">-- <br>Carla</span></p>'


def test_answers_between_quotations_stay_visible() -> None:
    html = "<blockquote>Which?</blockquote><p>Blue.</p><blockquote>And?</blockquote><p>Large.</p>"
    assert of_html(html).reply_text == "Blue.\n\nLarge."


def test_an_indent_is_no_quotation() -> None:
    html = '<p>New</p><blockquote style="margin:0 0 0 40px;border:none;padding:0px"><p>words</p></blockquote>'
    assert "data-fold" not in of_html(html).html


def test_a_mark_that_came_with_the_mail_is_taken_away() -> None:
    html = '<div DATA-FOLD="quote">Pay here</div><p data-fold=signature>now</p>'
    result = of_html(html)
    assert "data-fold" not in result.html.lower()
    assert result.folds == ()


FORWARDS = [
    '<div class="gmail_quote"><div class="gmail_attr">---------- Forwarded message ---------<br>From: A</div>'
    "<blockquote>the words</blockquote></div>",
    '<div id="divRplyFwdMsg"><b>Von:</b> A<br><b>Gesendet:</b> heute<br><b>An:</b> B<br></div><p>the'
    " words</p>",
    "<p>Begin forwarded message:</p><blockquote type=cite>From: A<br>the words</blockquote>",
]


@pytest.mark.parametrize("html", FORWARDS)
def test_a_forwarded_mail_is_not_folded(html: str) -> None:
    assert "the words" in of_html(f"<p>Please handle this.</p>{html}", "WG: x").reply_text


def test_the_connector_reads_both_bodies() -> None:
    raw = (
        b"From: a@b.test\nContent-Type: multipart/alternative; boundary=b\n\n"
        b"--b\nContent-Type: text/plain\n\nNew.\n\n> old\n--b\nContent-Type: text/html\n\n"
        b"<p>New.</p><blockquote>old</blockquote>\n--b--\n"
    )
    mail = parse(raw)
    assert (mail.shown_text, mail.folds) == (mail.text, (Fold(6, 11, "quote"),))
    assert 'data-fold="quote"' in mail.folded_html
    assert "data-fold" not in mail.html


PIECES = st.sampled_from(
    [
        *(
            "word ",
            "\n",
            "\n\n",
            "> ",
            ">> quoted\n",
            "-- \n",
            "--\n",
            "____\n",
            "Sent from my iPhone\n",
            "&nbsp;",
            "&gt;",
        ),
        *(
            "On Mon, Jan 5, 2026 at 9:00 AM S <s@a.test> wrote:\n",
            "From: a <a@b.test>\nSent: x\nTo: y\nSubject: z\n",
        ),
        *(
            "-----Original Message-----\n",
            "---------- Forwarded message ---------\n",
            "<p>",
            "</p>",
            "<div>",
            "</div>",
        ),
        *(
            '<div class="gmail_quote">',
            "<blockquote>",
            "</blockquote>",
            "<br>",
            "<table><tr><td>",
            "</td></tr></table>",
        ),
        *(
            "<ul><li>",
            "</ul>",
            "<b>",
            "</b>",
            "<span id=Signature>",
            "</span>",
            "<hr>",
            "<img src=x>",
            "<!-- c -->",
        ),
        *(
            '<div id="appendonsend">',
            "<pre>",
            "</pre>",
            "<style>p</style>",
            "<",
            ">",
            "é",
            "\u200b",
            '<a title=">">',
        ),
    ]
)
TEXTS = st.lists(PIECES | st.text(max_size=8), max_size=40).map("".join)
SUBJECTS = st.sampled_from(["", "Re: x", "Fwd: x"])


def are_apart(folds: Sequence[Fold], text: str) -> bool:
    ends = [0, *(position for one in folds for position in (one.start, one.end)), len(text)]
    return ends == sorted(ends) and all(one.start < one.end for one in folds)


def words_of(text: str) -> str:
    """Without what the place of line ends changes."""
    return "".join(text.replace(">", "").split())


@given(TEXTS, SUBJECTS)
def test_folds_are_in_order_apart_and_never_everything(text: str, subject: str) -> None:
    result = of_text(text, subject)
    assert are_apart(result.folds, result.text)
    if text.strip():
        assert result.text == text
        assert result.reply_text.strip()


@given(TEXTS, SUBJECTS)
def test_folding_html_adds_elements_and_takes_no_word(html: str, subject: str) -> None:
    result = of_html(html, subject)
    assert are_apart(result.folds, result.text)
    assert result.text == html_to_text(html)
    assert words_of(html_to_text(result.html)) == words_of(result.text)
    if result.text.strip():
        assert result.reply_text.strip("> \n") or not result.folds


@pytest.mark.parametrize(
    "hostile",
    [
        "<div class=gmail_quote>" * 20_000,
        "<blockquote>x" * 20_000,
        "<div style='border-top:solid'>x</div>" * 10_000,
        "On Jan 5, 2026 9:00 a <a@b.test> wrote:\n> x\nanswer\n" * 5_000,
        "From: a\nSent: b\n" * 10_000,
        "> " * 100_000,
        "-- \n" * 30_000,
        "<p>" * 100_000 + "&nbsp;" * 50_000,
        "a" * 500_000 + ":",
        ("-" * 300 + "\n") * 1_000,
        "1" * 300 + "\n" + ("@" * 300 + "\n") * 3_000,
    ],
)
def test_hostile_mail_is_read_all_the_same(hostile: str) -> None:
    assert of_text(hostile).text == hostile
    of_html(hostile)
