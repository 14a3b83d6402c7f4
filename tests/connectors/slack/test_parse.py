"""Slack's events, as the inbox gets them."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.slack.emoji import REACTIONS, emoji_of, name_of, with_emoji
from connectors.slack.markup import escaped, to_html, to_mrkdwn, to_text
from connectors.slack.parse import parse
from hub.messages import (
    Ignored,
    Inbound,
    InboundDeletion,
    InboundEdit,
    InboundHealth,
    InboundMessage,
    InboundReaction,
    InboundStatus,
)
from tests.fakes.slack import enveloped

HEADERS = {"address": "t0001/a0001"}
PEOPLE = {"U1": {"name": "Ann Lee", "email": "ann@acme.example"}, "U2": {"name": "Bo"}}


def _parsed(event: Any, headers: Any = HEADERS, config: Any = None, **more: Any) -> Inbound:
    (found,) = parse(json.dumps(enveloped(event) | more).encode(), headers, config or {})
    return found


def _message(**told: Any) -> InboundMessage:
    event = {
        "type": "message",
        "user": "U1",
        "channel": "D1",
        "channel_type": "im",
        "ts": "1700000000.000100",
    }
    found = _parsed(event | told, HEADERS | {"people": PEOPLE})
    assert isinstance(found, InboundMessage), found
    return found


def test_a_direct_message() -> None:
    message = _message(text="Hi <@U2> &amp; all")
    assert (message.external_id, message.thread_key) == ("D1:1700000000.000100", "D1")
    assert (message.text, message.public) == ("Hi @Bo & all", False)
    assert (message.sender.value, message.sender.name, message.sender.aliases) == ("t0001/u1", "Ann Lee", ())
    assert message.sent_at == datetime(2023, 11, 14, 22, 13, 20, 100, tzinfo=UTC)


def test_an_address_counts_only_where_the_administrator_says_so() -> None:
    event = {"type": "message", "user": "U1", "channel": "D1", "text": "Hi", "ts": "1.2"}
    found = _parsed(event, HEADERS | {"people": PEOPLE}, {"trusts_addresses": True})
    assert isinstance(found, InboundMessage) and found.sender.aliases == (("email", "ann@acme.example"),)


def test_threads_are_conversations_of_their_own() -> None:
    assert _message(text="x", thread_ts="1699999999.000200").thread_key == "D1/1699999999.000200"
    first = _message(text="x", channel="C1", channel_type="channel")
    later = _message(
        text="y", channel="C1", channel_type="channel", ts="1700000001.0001", thread_ts=first.external_id[3:]
    )
    assert first.thread_key == later.thread_key == "C1/1700000000.000100"
    assert first.public and later.public


def test_a_mention_that_comes_as_two_events_is_one_message() -> None:
    said = {"user": "U1", "channel": "C1", "text": "<@UBOT1> help", "ts": "1700000000.000100"}
    one, other = (
        _parsed({"type": "message", "channel_type": "channel", **said}),
        _parsed({"type": "app_mention", **said}),
    )
    assert one == other


@pytest.mark.parametrize("own", [{"user": "UBOT1"}, {"bot_id": "B1", "app_id": "A0001"}])
def test_what_we_say_is_not_said_twice(own: Any) -> None:
    event = {"type": "message", "channel": "D1", "text": "On its way.", "ts": "1700000000.000100", **own}
    assert isinstance(_parsed(event), Ignored)
    found = _parsed(event | {"metadata": {"event_type": "x", "event_payload": {"delivery_id": "d1"}}})
    assert found == InboundStatus("sent", delivery_id="d1", provider_id="D1:1700000000.000100")


def test_another_bot_is_somebody_who_is_no_person() -> None:
    message = _message(user=None, bot_id="B7", subtype="bot_message", text="Build failed")
    assert message.automatic and message.sender.value == "t0001/b7"


def test_files_come_along_and_links_stay_links() -> None:
    lies_here = {
        "id": "F1",
        "name": "a.png",
        "mimetype": "image/png",
        "size": 3,
        "url_private": "https://files.slack.com/a",
    }
    elsewhere = {
        "id": "F2",
        "mode": "external",
        "is_external": True,
        "url_private": "https://drive.example/b",
    }
    message = _message(text="Look", subtype="file_share", files=[lies_here, elsewhere])
    assert [(file.external_id, file.filename) for file in message.remote_files] == [("F1", "a.png")]
    assert message.text == "Look\nhttps://drive.example/b"


def _changed(now: Any, before: Any) -> Inbound:
    base = {"type": "message", "user": "U1", "ts": "5.1"}
    event = {"type": "message", "subtype": "message_changed", "channel": "D1", "event_ts": "9.1"}
    return _parsed(event | {"message": base | now, "previous_message": base | before})


def test_edits_previews_and_tombstones() -> None:
    found = _changed({"text": "*new*", "edited": {"user": "U1", "ts": "8.5"}}, {"text": "old"})
    assert isinstance(found, InboundEdit)
    assert (found.external_id, found.text, found.html) == ("D1:5.1", "*new*", "<strong>new</strong>")
    assert isinstance(_changed({"text": "same"}, {"text": "same"}), Ignored)
    assert isinstance(_changed({"text": "x", "user": "UBOT1"}, {"text": "y"}), Ignored)
    assert isinstance(_changed({"subtype": "tombstone", "text": "gone"}, {"text": "y"}), InboundDeletion)


def test_reactions_by_name() -> None:
    item = {"type": "message", "channel": "C1", "ts": "5.1"}
    event = {
        "type": "reaction_added",
        "user": "U1",
        "reaction": "+1::skin-tone-4",
        "item": item,
        "event_ts": "9.1",
    }
    found = _parsed(event)
    assert isinstance(found, InboundReaction) and (found.emoji, found.external_id) == ("👍🏽", "C1:5.1")
    own_emoji = _parsed(event | {"reaction": "acme-logo"})
    assert isinstance(own_emoji, InboundReaction) and own_emoji.emoji == ":acme-logo:"
    assert isinstance(_parsed(event | {"user": "UBOT1"}), Ignored)


def test_a_permission_that_is_taken_back_is_for_an_administrator() -> None:
    for event in ({"type": "app_uninstalled"}, {"type": "tokens_revoked", "tokens": {"bot": ["UBOT1"]}}):
        found = _parsed(event)
        assert isinstance(found, InboundHealth) and found.needs_reconnect and found.detail
    assert isinstance(_parsed({"type": "tokens_revoked", "tokens": {"oauth": ["U1"]}}), Ignored)


def test_other_workspaces_and_apps_are_not_ours() -> None:
    event = {"type": "message", "user": "U1", "channel": "D1", "text": "Hi", "ts": "1.2"}
    assert isinstance(_parsed(event, {"address": "t9/a0001"}), Ignored)
    assert isinstance(_parsed(event, {"address": "t0001/a9"}), Ignored)


def test_markup_is_shown_and_never_executed() -> None:
    written = (
        "*Bold* _it_ ~no~ `a &lt; *b*` <https://x.example/?a=1&amp;b=2|the &lt;shop&gt;>\n&gt; said\n:wave:"
    )
    assert (
        to_text(written, {})
        == "*Bold* _it_ ~no~ `a < *b*` the <shop> (https://x.example/?a=1&b=2)\n> said\n👋"
    )
    assert to_html(written, {}) == (
        "<strong>Bold</strong> <em>it</em> <s>no</s> <code>a &lt; *b*</code> "
        '<a href="https://x.example/?a=1&amp;b=2">the &lt;shop&gt;</a><br><blockquote>said</blockquote><br>👋'
    )
    assert to_html("2*3*4 and snake_case_name", {}) == ""
    assert "<script" not in to_html("*x* &lt;script&gt; <javascript:alert(1)|y>", {})
    assert to_text("<!here> <#C1|general> <!date^1^{date}|today>", {}) == "@here #general today"


def test_agents_html_as_slacks_markup() -> None:
    html = '<p>Hi <b>Ann</b> &amp; co,</p><ul><li>one</li><li>two</li></ul><p><a href="https://x.example">here</a></p>'
    assert to_mrkdwn(html) == "Hi *Ann* &amp; co,\n\n• one\n• two\n\n<https://x.example|here>"


@given(st.text())
def test_whatever_is_written_comes_back(text: str) -> None:
    assert to_text(escaped(text), {}) == with_emoji(text)
    to_html(text, {})
    to_mrkdwn(text)


def test_each_emoji_has_a_name_that_leads_back() -> None:
    assert all(emoji_of(name_of(emoji)) == emoji for emoji in REACTIONS)
    assert (name_of("❤"), name_of("👍🏽"), name_of("🪿")) == ("heart", "+1::skin-tone-4", "")
