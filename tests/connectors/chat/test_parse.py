"""The chat's envelopes: what is written is read back, and nothing else is taken for a message."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.chat import parse
from connectors.chat.models import Visitor
from hub.tenancy import new_id

AT = datetime(2026, 3, 1, 12, 30, 15, 250_000, tzinfo=UTC)


def visitor(**fields: object) -> Visitor:
    """A visitor who exists in memory alone."""
    fresh = new_id()
    return Visitor(id=fresh, thread=fresh, **fields)


@given(text=st.text(alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1))
def test_any_text_survives_its_envelope(text: str) -> None:
    who = visitor(name="Ann", external_id="customer-7", locale="de-AT")
    told = parse.message(parse.envelope(who, "c1", text, AT))
    assert (told.text, told.sent_at, told.thread_key) == (text, AT, str(who.thread))
    assert told.external_id == f"{who.pk}:c1"
    assert (told.sender.value, told.sender.name, told.sender.locale) == (str(who.thread), "Ann", "de-AT")
    assert told.sender.verified


def test_an_anonymous_visitor_has_a_handle_and_no_name() -> None:
    told = parse.message(parse.envelope(visitor(), "c1", "Hello", AT))
    assert told.sender.name == ""
    assert told.sender.display.startswith("Visitor ")
    assert not told.sender.verified


def test_the_browsers_id_is_found_again() -> None:
    assert parse.client_id_of(parse.external_id(new_id(), "a:b:c")) == "a:b:c"
    assert parse.client_id_of("without") == ""


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\xff\xfe",
        b"null",
        b"[]",
        b"{}",
        b"[" * 100_000,
        json.dumps({"visitor": 1}).encode(),
    ],
)
def test_what_is_no_message_is_a_value_error(raw: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse.message(raw)


@pytest.mark.parametrize("field", ["visitor", "thread", "client_id", "text", "at", "verified"])
@pytest.mark.parametrize("value", [None, 7, "", "a\0b"])
def test_a_wrong_field_is_a_value_error_or_harmless(field: str, value: object) -> None:
    told = json.loads(parse.envelope(visitor(), "c1", "Hello", AT))
    raw = json.dumps({**told, field: value}).encode()
    try:
        message = parse.message(raw)
    except ValueError:
        return
    assert field in ("verified", "thread")
    assert not message.sender.verified
