"""Lengths as channels count them, and splits that lose nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub import text_units
from hub.messages import TextUnit

FAMILY = "👩‍👩‍👧"


@pytest.mark.parametrize(
    "text, characters, utf16, octets, graphemes",
    [
        ("", 0, 0, 0, 0),
        ("abc", 3, 3, 3, 3),
        ("é", 1, 1, 2, 1),
        ("e\u0301", 2, 2, 3, 1),
        ("👋🏽", 2, 4, 8, 1),
        (FAMILY, 5, 8, 18, 1),
        ("🇩🇪🇪🇸", 4, 8, 16, 2),
        ("1️⃣", 3, 3, 7, 1),
        ("a\r\nb", 4, 4, 4, 3),
    ],
)
def test_the_units(text: str, characters: int, utf16: int, octets: int, graphemes: int) -> None:
    counted = {"characters": characters, "utf16": utf16, "bytes": octets, "graphemes": graphemes}
    for unit, length in counted.items():
        assert text_units.length(text, unit) == length, unit  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "text, encoding, count, left",
    [
        ("", "GSM-7", 0, 160),
        ("a" * 160, "GSM-7", 1, 0),
        ("a" * 161, "GSM-7", 2, 145),
        ("a" * 306, "GSM-7", 2, 0),
        ("a" * 307, "GSM-7", 3, 152),
        ("€" * 80, "GSM-7", 1, 0),
        ("€" * 81, "GSM-7", 2, 143),
        # An escape and its letter are not parted: 76 fit into 153 septets, one is left empty.
        ("€" * 77 + "a" * 10, "GSM-7", 2, 141),
        ("я" * 70, "UCS-2", 1, 0),
        ("я" * 71, "UCS-2", 2, 63),
        ("👋" * 35, "UCS-2", 1, 0),
        ("👋" * 36, "UCS-2", 2, 61),
        ("ÄÖÜß äöüñ à", "GSM-7", 1, 149),
        ("ç", "UCS-2", 1, 69),
        ("{}[]~\\|^€", "GSM-7", 1, 142),
    ],
)
def test_sms_segments(text: str, encoding: str, count: int, left: int) -> None:
    assert text_units.segments(text) == (encoding, count, left)


UNITS: list[TextUnit] = ["characters", "utf16", "bytes", "graphemes", "gsm_segments"]


@given(
    text=st.text(alphabet="ab €é👋🏽\n.", max_size=400),
    limit=st.integers(8, 60),
    unit=st.sampled_from(UNITS[:4]),
)
def test_pieces_fit_and_nothing_but_blanks_is_lost(text: str, limit: int, unit: TextUnit) -> None:
    pieces = text_units.split(text, limit, unit)
    assert all(text_units.length(piece, unit) <= limit for piece in pieces)
    assert "".join("".join(pieces).split()) == "".join(text.split())


def test_texts_are_parted_where_people_would() -> None:
    text = "The first sentence ends here. The second one is a little longer than that."
    assert text_units.split(text, 40, "characters") == [
        "The first sentence ends here.",
        "The second one is a little longer than",
        "that.",
    ]
    assert text_units.split("aaaa\nbbbb cccc", 9, "characters") == ["aaaa", "bbbb cccc"]
    assert text_units.split(FAMILY * 3, 8, "utf16") == [FAMILY] * 3
    assert text_units.split("x" * 400, 2, "gsm_segments") == ["x" * 306, "x" * 94]
    assert text_units.split("", 5, "bytes") == [""]
