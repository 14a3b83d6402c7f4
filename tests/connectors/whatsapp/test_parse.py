"""WhatsApp's envelopes, whatever they hold; see also the samples beside this file."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.whatsapp.parse import lane, numbers, parse
from hub.messages import Ignored, InboundMessage


def _envelope(**value: Any) -> bytes:
    told = {"messaging_product": "whatsapp", "metadata": {"phone_number_id": "1"}} | value
    changes = [{"field": "messages", "value": told}]
    return json.dumps({"object": "whatsapp_business_account", "entry": [{"changes": changes}]}).encode()


@pytest.mark.parametrize("raw", [b"", b"\xff", b"[]", b"{}", b'{"object": "page"}', b"[" * 100_000])
def test_what_is_no_envelope_is_refused(raw: bytes) -> None:
    for read in (lambda: parse(raw, {}, {}), lambda: numbers(raw)):
        with pytest.raises(ValueError):
            read()
    assert lane(raw) == ""


def test_an_envelope_of_one_customer_has_their_lane() -> None:
    ann, bo = {"from": "15550100"}, {"from": "15550101"}
    assert lane(_envelope(messages=[ann, ann])) == "person:15550100"
    assert lane(_envelope(messages=[ann, bo])) == ""
    assert lane(_envelope(statuses=[{"recipient_id": "15550100"}])) == "person:15550100"


def test_photos_and_papers_keep_their_names() -> None:
    told = {"from": "15550100", "id": "wamid.A", "timestamp": "1"}
    photo = told | {"type": "image", "image": {"id": "7", "mime_type": "image/jpeg", "caption": "Two wheels"}}
    paper = told | {
        "type": "document",
        "document": {"id": "8", "mime_type": "text/plain", "filename": "a.txt"},
    }
    found = parse(_envelope(messages=[photo, paper]), {}, {})
    files = [one.remote_files[0] for one in found if isinstance(one, InboundMessage)]
    assert [(file.external_id, file.filename) for file in files] == [("7", "photo.jpg"), ("8", "a.txt")]


_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=4),
)
_types = st.sampled_from(
    ["text", "image", "interactive", "location", "contacts", "order", "system", "reaction"]
)
_told = st.fixed_dictionaries(
    {"type": _types, "from": st.just("15550100"), "id": st.just("wamid.A")},
    optional=dict.fromkeys(
        ("text", "image", "interactive", "location", "system", "errors", "context"), _values
    ),
)


@given(st.lists(_told | _values, max_size=4))
def test_a_bad_message_spoils_no_other(told: list[Any]) -> None:
    good = {"from": "15550100", "id": "wamid.G", "timestamp": "1", "type": "text", "text": {"body": "Hi"}}
    found = parse(_envelope(messages=[*told, good]), {}, {})
    assert len(found) == len(told) + 1
    assert isinstance(found[-1], InboundMessage) and found[-1].text == "Hi"


@given(_values)
def test_anything_in_an_envelope_is_ignored_with_a_reason(value: Any) -> None:
    found = parse(_envelope(statuses=value, errors=value, contacts=value), {}, {})
    assert all(isinstance(one, Ignored) and one.reason for one in found)
