"""How text is cut into words."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inbox import words


@pytest.mark.parametrize(
    "text, expected",
    [
        ("Where's my PARCEL?", ["where", "s", "my", "parcel"]),
        ("Rückerstattung für Zoë", ["ruckerstattung", "fur", "zoe"]),
        ("STRASSE straße", ["strasse", "strasse"]),
        ("carla@example.net", ["carla", "example", "net"]),
        ("退款申请", ["退款", "款申", "申请", "请"]),
        ("退", ["退"]),
        ("订单42号", ["订单", "单", "42", "号"]),
        ("हिन्दी संदेश", ["हिन्दी", "संदेश"]),
        ("مرحبا بالعالم", ["مرحبا", "بالعالم"]),
        ("ﬁne ２０", ["fine", "20"]),
        ("\"' OR 1=1 -- *", ["or", "1", "1"]),
        ("", []),
        ("\x00\ud800🙂", []),
    ],
)
def test_text_becomes_folded_words(text: str, expected: list[str]) -> None:
    assert list(words.split(text)) == expected


@given(st.text())
def test_words_hold_only_what_belongs_to_words(text: str) -> None:
    for word in words.split(text):
        assert 0 < len(word) <= words.LONGEST
        assert all(unicodedata.category(char)[0] in "LNM" for char in word)


def test_a_document_counts_each_word_once_and_not_too_many() -> None:
    assert words.distinct(["a b a", "b c"]) == ["a", "b", "c"]
    assert len(words.distinct([" ".join(f"w{number}" for number in range(9_000))])) == words.MOST
