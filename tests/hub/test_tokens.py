"""Signed tokens: what we wrote is known again, and nothing else is."""

import uuid

import pytest

from hub import tokens

ID = uuid.UUID("019b8a00-0000-7000-8000-0000000000aa")
LETTERS = "abcdefghijklmnopqrstuvwxyz234567"


def test_a_token_leads_back_to_its_id_whatever_became_of_its_case() -> None:
    token = tokens.sign_id(tokens.REPLY, ID)
    assert len(token) == 39
    assert tokens.read_id(tokens.REPLY, token) == tokens.read_id(tokens.REPLY, token.upper()) == ID
    assert tokens.read_id("another purpose", token) is None


@pytest.mark.parametrize("place", range(39))
def test_no_other_letter_in_any_place_makes_a_token(place: int) -> None:
    token = tokens.sign_id(tokens.REPLY, ID)
    for letter in set(LETTERS) - {token[place]}:
        assert tokens.read_id(tokens.REPLY, token[:place] + letter + token[place + 1 :]) is None


@pytest.mark.parametrize("text", ["", "a", "a" * 39, "é" * 39, "a" * 38, "a" * 400])
def test_what_is_no_token_names_nothing(text: str) -> None:
    assert tokens.read_id(tokens.REPLY, text) is None
