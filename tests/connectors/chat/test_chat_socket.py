"""The widget's socket: who may open it, what it answers, what it refuses."""

import asyncio
import json
from typing import Any

import pytest
from django.db import OperationalError

from connectors.chat import visitors
from connectors.chat.models import Visitor, digest_of
from hub.models import Channel, Contact, Conversation, InboundEnvelope, Message, Organization, TimelineItem
from hub.viewer import Viewer
from inbox import actions
from realtime.protocol import Close
from tests.connectors.chat.conftest import (
    SHOP,
    Visit,
    answer,
    conversation_id_of,
    in_thread,
    said,
    say,
    site,
    welcome,
)

pytestmark = pytest.mark.django_db(transaction=True)


async def test_a_stranger_is_welcomed_with_a_token_and_nothing_else(channel: Channel, visit: Visit) -> None:
    peer = await visit(channel)
    greeting = welcome(peer)
    assert len(greeting["visitor"]) >= 43  # 256 bits in base64
    assert greeting["conversation"] is None
    assert greeting["messages"] == []
    assert greeting["agents"] == "away"
    assert greeting["site"] == {"name": "Acme"}
    visitor = await in_thread(Visitor.objects.filter(channel=channel).get)
    assert visitor.token_digest == digest_of(greeting["visitor"])
    assert greeting["visitor"] not in json.dumps(
        {name: str(value) for name, value in vars(visitor).items()}
    ), "the token itself is kept nowhere"


async def test_a_message_is_confirmed_once_it_is_kept(channel: Channel, visit: Visit) -> None:
    peer = await visit(channel)
    confirmed = await say(peer, "Does it fit through a cellar door?", "one")
    assert confirmed["direction"] == "inbound"
    item = await in_thread(TimelineItem.objects.within(channel.organization_id).get, pk=confirmed["id"])
    assert item.seq == confirmed["seq"]
    envelope = await in_thread(InboundEnvelope.objects.filter(channel=channel).get)
    assert envelope.state == InboundEnvelope.State.PROCESSED
    assert b"cellar door" in bytes(envelope.raw)
    conversation = await in_thread(Conversation.objects.within(channel.organization_id).get)
    assert conversation.queue_id == channel.queue_id
    assert conversation.waiting_since is not None


async def test_the_same_client_id_again_gives_the_same_answer_and_no_second_item(
    channel: Channel, visit: Visit
) -> None:
    peer = await visit(channel)
    first = await say(peer, "Hello", "one")
    peer.send(type="message", client_id="one", text="Hello")
    await peer.until(lambda: said(peer) == ["Hello", "Hello"])
    assert peer.frames[-1] == first
    assert await in_thread(Message.objects.filter(channel=channel).count) == 1


async def test_two_visitors_may_use_the_same_client_id(channel: Channel, visit: Visit) -> None:
    ann, ben = await visit(channel), await visit(channel)
    one, other = await say(ann, "Ann here", "same"), await say(ben, "Ben here", "same")
    assert one["id"] != other["id"]
    assert await in_thread(Conversation.objects.within(channel.organization_id).count) == 2


async def test_two_tabs_that_send_the_same_message_at_once_make_one(channel: Channel, visit: Visit) -> None:
    first = await visit(channel)
    second = await visit(channel, visitor=welcome(first)["visitor"])
    for peer in (first, second):
        peer.send(type="message", client_id="one", text="Only once")
    answers = [await peer.frame(type="message", client_id="one") for peer in (first, second)]
    assert answers[0] == answers[1]
    assert await in_thread(Message.objects.filter(channel=channel).count) == 1


async def test_what_is_said_in_one_tab_is_shown_in_the_other(channel: Channel, visit: Visit) -> None:
    first = await visit(channel)
    await say(first, "From the first tab")
    second = await visit(channel, visitor=welcome(first)["visitor"])
    assert said(second) == ["From the first tab"]
    await say(first, "And more")
    await second.frame(type="message", text="And more")


async def test_an_answer_and_its_writers_typing_arrive_live(
    channel: Channel, amal: Viewer, visit: Visit
) -> None:
    peer = await visit(channel)
    await say(peer, "Hello")
    conversation_id = await conversation_id_of(peer, channel)
    await answer(amal, conversation_id, "Good day")
    shown = await peer.frame(type="message", direction="outbound")
    assert (shown["text"], shown["author"], shown["client_id"]) == ("Good day", {"name": "Amal Agent"}, None)
    read = await peer.frame(type="read")
    assert read["seq"] == shown["seq"], "who answers has read"


async def test_agents_see_the_visitor_typing_and_stopping(channel: Channel, visit: Visit) -> None:
    from realtime import fanout, visibility

    peer = await visit(channel)
    await say(peer, "Hello")
    conversation_id = await conversation_id_of(peer, channel)
    values: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
    topic = visibility.topic("conversation", conversation_id)
    stop = await fanout.hub().listen(channel.organization_id, topic, lambda _: None, values.put_nowait)
    peer.send(type="typing", state="start")
    started = await asyncio.wait_for(values.get(), 60)
    assert (started["type"], started["who"]["type"], started["state"]) == ("typing", "contact", "start")
    await peer.leave()
    stopped = await asyncio.wait_for(values.get(), 60)
    assert stopped["state"] == "stop", "who leaves has stopped typing"
    stop()


async def test_agents_typing_and_reading_reach_the_visitor(
    channel: Channel, amal: Viewer, visit: Visit
) -> None:
    from realtime import bus, visibility

    peer = await visit(channel)
    confirmed = await say(peer, "Hello")
    conversation_id = await conversation_id_of(peer, channel)
    bus.publish_value(
        channel.organization_id,
        visibility.topic("conversation", conversation_id),
        "typing:agent",
        {
            "type": "typing",
            "conversation_id": conversation_id,
            "who": {"type": "agent", "id": "1", "name": "Amal"},
            "state": "start",
        },
    )
    assert await peer.frame(type="typing") == {"type": "typing", "state": "start", "name": "Amal"}
    await in_thread(actions.mark_read, amal, conversation_id, confirmed["seq"])
    assert (await peer.frame(type="read"))["seq"] == confirmed["seq"]


async def test_agents_coming_and_going_is_told(channel: Channel, amal: Viewer, visit: Visit) -> None:
    from realtime import bus, visibility

    await in_thread(actions.set_presence, amal, "online")
    peer = await visit(channel)
    assert welcome(peer)["agents"] == "online"
    await in_thread(actions.set_presence, amal, "away")
    bus.publish_value(channel.organization_id, visibility.INBOX, "presence:1", {"type": "presence"})
    assert (await peer.frame(type="agents"))["state"] == "away"


@pytest.mark.parametrize(
    "text",
    [
        "not json",
        "[]",
        '"start"',
        '{"type": "opened"}',
        '{"type": "start"}',
        '{"type": "start", "site_key": 7}',
        '{"type": "message", "client_id": "x", "text": "before the start"}',
        '{"type": "seen", "seq": 1}',
        '{"type": "start", "site_key": "' + "x" * 70_000 + '"}',
    ],
)
async def test_a_bad_first_frame_closes_with_4400(channel: Channel, visit: Visit, text: str) -> None:
    peer = await visit(channel, start=False)
    peer.send_text(text)
    assert await peer.closed() == Close.BAD_FRAME


@pytest.mark.parametrize(
    "text",
    [
        '{"type": "message", "client_id": "", "text": "a"}',
        '{"type": "message", "client_id": "a\\u0000b", "text": "a"}',
        '{"type": "message", "client_id": "c", "text": 7}',
        '{"type": "message", "client_id": "c", "text": "\\ud800"}',
        '{"type": "seen", "seq": -1}',
        '{"type": "seen", "seq": "1"}',
        '{"type": "seen", "seq": 99999999999999999999}',
        '{"type": "typing", "state": "maybe"}',
        '{"type": "start", "site_key": "again"}',
        '{"type": "message", "client_id": "c", "text": "' + "x" * 66_000 + '"}',
    ],
)
async def test_a_bad_later_frame_closes_with_4400(channel: Channel, visit: Visit, text: str) -> None:
    peer = await visit(channel)
    peer.send_text(text)
    assert await peer.closed() == Close.BAD_FRAME
    assert await in_thread(Message.objects.filter(channel=channel).count) == 0


async def test_bytes_close_with_4400(channel: Channel, visit: Visit) -> None:
    peer = await visit(channel)
    peer.send_bytes(b"\x00\x01")
    assert await peer.closed() == Close.BAD_FRAME


@pytest.mark.parametrize(
    "text,code",
    [
        ("", "blank"),
        (" \n\t ", "blank"),
        ("a\0b", "not_text"),
        ("x" * 10_001, "too_long"),
    ],
)
async def test_a_text_that_cannot_be_taken_is_refused_in_words_and_the_socket_stays(
    channel: Channel, visit: Visit, text: str, code: str
) -> None:
    peer = await visit(channel)
    peer.send(type="message", client_id="odd", text=text)
    refusal = await peer.frame(type="error")
    assert (refusal["code"], refusal["client_id"]) == (code, "odd")
    assert refusal["detail"].endswith(".")
    await say(peer, "x" * 10_000, "longest")


async def test_files_are_refused_in_words(channel: Channel, visit: Visit) -> None:
    peer = await visit(channel)
    peer.send(type="message", client_id="file", text="look", attachment_ids=["1"])
    assert (await peer.frame(type="error"))["code"] == "no_attachments"


async def test_too_many_frames_a_second_close_the_socket(channel: Channel, visit: Visit) -> None:
    peer = await visit(channel)
    for _ in range(60):
        peer.send(type="ping")
    assert await peer.closed() == Close.BAD_FRAME


async def test_an_unknown_site_key_closes_with_4403(channel: Channel, visit: Visit) -> None:
    peer = await visit(channel, site_key="site_unknown")
    assert await peer.closed() == Close.NOT_ALLOWED


async def test_a_page_that_may_not_embed_it_closes_with_4403(channel: Channel, visit: Visit) -> None:
    for origin in (
        "https://evil.example",
        "null",
        "http://shop.example",
        "https://shop.example.evil.example",
    ):
        peer = await visit(channel, origin=origin)
        assert await peer.closed() == Close.NOT_ALLOWED
    assert await in_thread(Visitor.objects.filter(channel=channel).count) == 0


async def test_a_disabled_channel_takes_nobody(channel: Channel, visit: Visit) -> None:
    channel.state = Channel.State.DISABLED
    await in_thread(channel.save)
    assert await (await visit(channel)).closed() == Close.NOT_ALLOWED


async def test_the_hubs_own_pages_and_clients_without_an_origin_may(channel: Channel, visit: Visit) -> None:
    for origin in ("https://hub.example", "", SHOP):
        assert welcome(await visit(channel, origin=origin))["visitor"]


async def test_one_address_holds_so_many_sockets(acme: Organization, visit: Visit) -> None:
    channel = await in_thread(site, acme, sockets_per_address=2)
    one, _ = await visit(channel), await visit(channel)
    assert await (await visit(channel)).closed() == Close.RESTARTING
    welcome(await visit(channel, address="203.0.113.8"))
    await one.leave()
    welcome(await visit(channel))


async def test_one_address_makes_so_many_visitors_a_minute(acme: Organization, visit: Visit) -> None:
    channel = await in_thread(site, acme, visitors_per_minute=2)
    first = await visit(channel)
    await visit(channel)
    assert await (await visit(channel)).closed() == Close.RESTARTING
    welcome(await visit(channel, visitor=welcome(first)["visitor"]))


async def test_a_token_is_worth_nothing_on_another_site(
    acme: Organization, channel: Channel, visit: Visit
) -> None:
    peer = await visit(channel)
    await say(peer, "Secret of the first site")
    token = welcome(peer)["visitor"]
    other = await in_thread(site, acme)
    stranger = await visit(other, visitor=token)
    assert welcome(stranger)["visitor"] != token
    assert welcome(stranger)["messages"] == []


async def test_a_made_up_token_gets_a_new_one(channel: Channel, visit: Visit) -> None:
    assert welcome(await visit(channel, visitor="guess"))["visitor"] != "guess"


async def test_a_revoked_visitor_is_cut_at_the_next_message_and_is_a_stranger_then(
    channel: Channel, visit: Visit
) -> None:
    peer = await visit(channel)
    await say(peer, "Hello")
    visitor = await in_thread(Visitor.objects.filter(channel=channel).get)
    await in_thread(visitors.revoke, visitor)
    peer.send(type="message", client_id="late", text="Still there?")
    assert await peer.closed() == Close.NOT_SIGNED_IN
    assert welcome(await visit(channel, visitor=welcome(peer)["visitor"]))["messages"] == []


async def test_without_a_database_a_message_is_refused_for_now_and_taken_later(
    channel: Channel, visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    peer = await visit(channel)

    def away(*_: object, **__: object) -> None:
        raise OperationalError("gone")

    with monkeypatch.context() as patch:
        patch.setattr(actions, "receive", away)
        peer.send(type="message", client_id="one", text="Hello")
        assert (await peer.frame(type="error"))["code"] == "unavailable"
    await say(peer, "Hello", "one")
    assert await in_thread(Message.objects.filter(channel=channel).count) == 1


async def test_a_message_that_breaks_the_inbox_is_handed_back_and_the_socket_stays(
    channel: Channel, visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    peer = await visit(channel)

    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("poison")

    with monkeypatch.context() as patch:
        patch.setattr(actions, "receive", broken)
        peer.send(type="message", client_id="one", text="Hello")
        assert (await peer.frame(type="error"))["code"] == "not_taken"
    await say(peer, "Another")


async def test_a_contact_is_made_with_the_first_message_and_never_twice(
    channel: Channel, visit: Visit
) -> None:
    peer = await visit(channel)
    assert await in_thread(Contact.objects.within(channel.organization_id).count) == 0
    await say(peer, "Hello")
    await say(peer, "Anybody there?")
    assert await in_thread(Contact.objects.within(channel.organization_id).count) == 1
    assert await in_thread(Conversation.objects.within(channel.organization_id).count) == 1


async def test_a_resolved_conversation_is_opened_again_by_the_visitor(
    channel: Channel, amal: Viewer, visit: Visit
) -> None:
    peer = await visit(channel)
    await say(peer, "Hello")
    conversation_id = await conversation_id_of(peer, channel)
    await in_thread(actions.resolve, amal, conversation_id)
    await say(peer, "One more thing")
    conversation = await in_thread(Conversation.objects.within(channel.organization_id).get)
    assert conversation.status == "open"


async def test_who_waits_is_told_their_place_in_the_queue(
    channel: Channel, visit: Visit, amal: Viewer
) -> None:
    first, second = await visit(channel), await visit(channel)
    assert "queue" not in welcome(first)
    await say(first, "Hello?")
    await say(second, "Me, too.")
    told = await second.frame(type="queue", queue={"position": 2, "wait_seconds": None})
    again = await visit(channel, visitor=welcome(second)["visitor"])
    assert welcome(again)["queue"] == told["queue"]
    await in_thread(actions.take, amal, await conversation_id_of(first, channel))
    await first.frame(type="queue", queue=None)
    later = await visit(channel, visitor=welcome(first)["visitor"])
    assert "queue" not in welcome(later)
