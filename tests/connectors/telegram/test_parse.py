"""Telegram's updates, as the inbox gets them."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.telegram.markup import to_html
from connectors.telegram.parse import parse
from hub.messages import Ignored, Inbound, InboundConsent, InboundDeletion, InboundMessage, InboundReaction

ANN = {"id": 7, "is_bot": False, "first_name": "Ann", "last_name": "Lee", "username": "Ann_Lee"}
PRIVATE = {"id": 7, "type": "private", "first_name": "Ann"}
GROUP = {"id": -100500, "type": "supergroup", "title": "Cyclists"}


def _parsed(**update: Any) -> list[Inbound]:
    return list(parse(json.dumps({"update_id": 1, **update}).encode(), {}, {}))


def _message(chat: Any = PRIVATE, **told: Any) -> InboundMessage:
    base = {"message_id": 55, "date": 1_700_000_000, "chat": chat, "from": ANN}
    (found,) = _parsed(message=base | told)
    assert isinstance(found, InboundMessage)
    return found


def test_a_text_in_a_private_chat() -> None:
    message = _message(text="Hi", reply_to_message={"message_id": 54})
    assert (message.external_id, message.thread_key, message.text) == ("7:55", "7", "Hi")
    assert (message.sender.value, message.sender.name, message.sender.display) == ("7", "Ann Lee", "@Ann_Lee")
    assert message.quoted_id == "7:54"
    assert message.sent_at == datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)


def test_a_topic_of_a_forum_is_a_thread_of_its_own() -> None:
    assert _message(GROUP, text="Hi").thread_key == "-100500"
    topic = _message(GROUP, text="Hi", message_thread_id=3, is_topic_message=True)
    assert (topic.thread_key, topic.external_id) == ("-100500/3", "-100500:55")


def test_each_message_of_an_album_brings_its_file() -> None:
    sizes = [{"file_id": "s", "width": 90, "height": 90}, {"file_id": "l", "width": 900, "height": 900}]
    message = _message(photo=sizes, media_group_id="9", caption="Two wheels")
    assert [file.external_id for file in message.remote_files] == ["l"]
    assert message.text == "Two wheels"


def test_an_animation_is_one_file_although_a_document_comes_along() -> None:
    told = {"file_id": "a", "mime_type": "video/mp4", "file_name": "fun.mp4", "file_size": 10}
    assert len(_message(animation=told, document=told).remote_files) == 1


def test_places_and_cards() -> None:
    venue = {"location": {"latitude": 52.5, "longitude": 13.4}, "title": "Shop", "address": "Mill Lane"}
    place = _message(venue=venue, location=venue["location"]).location
    assert place is not None and (place.latitude, place.name) == (52.5, "Shop")
    (card,) = _message(contact={"phone_number": "+15550100", "first_name": "Bo"}).contacts
    assert (card.name, card.phones) == ("Bo", ("+15550100",))


def test_what_the_owner_of_a_business_account_writes_is_ours() -> None:
    owner = {"id": 99, "is_bot": False, "first_name": "Otto"}
    told = {
        "message_id": 5,
        "date": 1,
        "chat": PRIVATE,
        "from": owner,
        "text": "Yes",
        "business_connection_id": "b1",
    }
    (message,) = _parsed(business_message=told)
    assert isinstance(message, InboundMessage)
    assert message.echo and message.to[0].value == "7" and message.thread_key == "7@b1"


def test_a_button_says_what_it_is_called() -> None:
    keyboard = {"inline_keyboard": [[{"text": "Yes, please", "callback_data": "yes"}]]}
    shown = {"message_id": 5, "date": 1, "chat": PRIVATE, "reply_markup": keyboard}
    (pressed,) = _parsed(callback_query={"id": "c1", "from": ANN, "data": "yes", "message": shown})
    assert isinstance(pressed, InboundMessage) and pressed.choice is not None
    assert (pressed.text, pressed.choice.id, pressed.quoted_id) == ("Yes, please", "yes", "7:5")


def test_reactions_are_told_whole() -> None:
    def told(*emoji: str) -> list[Inbound]:
        new = [{"type": "emoji", "emoji": one} for one in emoji]
        return _parsed(
            message_reaction={"chat": PRIVATE, "message_id": 5, "user": ANN, "date": 9, "new_reaction": new}
        )

    first, second = told("👍", "🔥")
    assert isinstance(first, InboundReaction) and isinstance(second, InboundReaction)
    assert (first.replaces, second.replaces) == (True, False)
    (gone,) = told()
    assert isinstance(gone, InboundReaction) and gone.removed and not gone.emoji


@pytest.mark.parametrize("status, allowed", [("kicked", False), ("member", True)])
def test_who_blocks_the_bot_gets_no_more(status: str, allowed: bool) -> None:
    (found,) = _parsed(
        my_chat_member={"chat": PRIVATE, "from": ANN, "date": 1, "new_chat_member": {"status": status}}
    )
    assert isinstance(found, InboundConsent) and found.allowed is allowed


def test_deletions_of_a_business_chat() -> None:
    told = {"business_connection_id": "b1", "chat": PRIVATE, "message_ids": [5, 6]}
    found = _parsed(deleted_business_messages=told)
    assert [one.external_id for one in found if isinstance(one, InboundDeletion)] == ["7:5", "7:6"]


def test_notices_are_ignored_with_a_reason() -> None:
    (found,) = _parsed(message={"message_id": 1, "date": 1, "chat": GROUP, "new_chat_members": [ANN]})
    assert isinstance(found, Ignored) and found.reason


@pytest.mark.parametrize("raw", [b"", b"\xff", b"[]", b"{}", b'{"update_id": "x"}', b"[" * 100_000])
def test_what_is_no_update_is_refused(raw: bytes) -> None:
    with pytest.raises(ValueError):
        parse(raw, {}, {})


_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=4),
)


@given(
    st.sampled_from(["message", "edited_message", "callback_query", "message_reaction", "my_chat_member"]),
    st.fixed_dictionaries({}, optional=dict.fromkeys(("chat", "from", "text", "date", "photo"), _values)),
)
def test_anything_at_all_is_understood_or_ignored(name: str, told: Any) -> None:
    assert len(_parsed(**{name: told})) == 1


def test_offsets_of_entities_count_utf_16() -> None:
    bold = [{"type": "bold", "offset": 3, "length": 4}]
    assert to_html("👋 bold <b>", bold) == "👋 <b>bold</b> &lt;b&gt;"


@given(
    st.text(max_size=30),
    st.lists(
        st.fixed_dictionaries(
            {
                "type": st.sampled_from(["bold", "italic", "text_link", "url"]),
                "offset": st.integers(-2, 40),
                "length": st.integers(-2, 40),
                "url": st.just('https://example.com/?a="b'),
            }
        ),
        max_size=6,
    ),
)
def test_entities_never_lose_a_letter_nor_leave_a_tag_open(text: str, entities: list[dict[str, Any]]) -> None:
    made = to_html(text, entities)
    assert made.count("<b>") == made.count("</b>") and made.count("<a ") == made.count("</a>")
