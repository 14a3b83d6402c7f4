"""What a visitor sees of the conversation: everything once and in order, and nothing that is not theirs."""

import pytest

from hub.connector import Connector
from hub.jobs.worker import run_until_idle
from hub.models import Channel, Delivery, DeliveryStatus
from hub.registry import connector
from hub.viewer import Viewer
from inbox import actions
from tests import factories
from tests.connectors.chat.conftest import (
    Visit,
    answer,
    conversation_id_of,
    in_thread,
    said,
    say,
    welcome,
)
from tests.realtime.wire import Peer

pytestmark = pytest.mark.django_db(transaction=True)


async def test_notes_never_reach_a_visitor(channel: Channel, amal: Viewer, visit: Visit) -> None:
    peer = await visit(channel)
    await say(peer, "Hello")
    conversation_id = await conversation_id_of(peer, channel)
    await in_thread(actions.note, amal, conversation_id, "SECRET: this one complains a lot")
    await in_thread(actions.assign, amal, conversation_id, amal.user.pk)
    await answer(amal, conversation_id, "Good day")
    await peer.frame(type="message", text="Good day")
    again = await visit(channel, visitor=welcome(peer)["visitor"])
    since = await visit(channel, visitor=welcome(peer)["visitor"], since=0, conversation=conversation_id)
    for each in (peer, again, since):
        assert said(each) == ["Hello", "Good day"]
        assert "SECRET" not in str(each.frames)


async def test_everything_missed_comes_once_and_in_order(
    channel: Channel, amal: Viewer, visit: Visit
) -> None:
    peer = await visit(channel)
    confirmed = await say(peer, "Hello")
    conversation_id, token = await conversation_id_of(peer, channel), welcome(peer)["visitor"]
    await peer.leave()
    for number in range(5):
        await answer(amal, conversation_id, f"answer {number}")
        await in_thread(actions.note, amal, conversation_id, f"note {number}")
    back = await visit(channel, visitor=token, since=confirmed["seq"], conversation=conversation_id)
    assert said(back) == [f"answer {number}" for number in range(5)]
    await answer(amal, conversation_id, "live again")
    await back.frame(type="message", text="live again")
    assert said(back)[-1:] == ["live again"]
    assert len(said(back)) == 6


async def test_more_than_a_page_of_missed_messages_comes_whole(
    channel: Channel, amal: Viewer, visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("connectors.chat.thread.PAGE", 3)
    peer = await visit(channel)
    await say(peer, "Hello")
    conversation_id, token = await conversation_id_of(peer, channel), welcome(peer)["visitor"]
    await peer.leave()
    wanted = [f"answer {number}" for number in range(10)]
    for text in wanted:
        await answer(amal, conversation_id, text)
    back = await visit(channel, visitor=token, since=1, conversation=conversation_id)
    await back.until(lambda: len(said(back)) >= 10)
    assert said(back) == wanted


async def test_a_page_that_knows_another_conversation_gets_the_history(
    channel: Channel, visit: Visit
) -> None:
    peer = await visit(channel)
    await say(peer, "Hello")
    back = await visit(
        channel,
        visitor=welcome(peer)["visitor"],
        since=40,
        conversation="0199d0a0-0000-7000-8000-000000000000",
    )
    assert said(back) == ["Hello"]


async def test_mails_of_the_same_conversation_stay_out_of_the_widget(
    channel: Channel, amal: Viewer, visit: Visit
) -> None:
    peer = await visit(channel)
    await say(peer, "Hello")
    conversation_id = await conversation_id_of(peer, channel)

    def by_mail() -> None:
        from hub.models import Conversation

        conversation = Conversation.objects.within(amal.organization).get(pk=conversation_id)
        mailbox = factories.channel(amal.organization, "email")
        factories.inbound(conversation, mailbox, "By mail, with my bank account")
        factories.delivery(factories.outbound(conversation, mailbox, amal.user, "Answered by mail"))

    await in_thread(by_mail)
    back = await visit(channel, visitor=welcome(peer)["visitor"])
    assert said(back) == ["Hello"]


async def test_a_delivery_climbs_from_taken_to_read(channel: Channel, amal: Viewer, visit: Visit) -> None:
    peer = await visit(channel)
    await say(peer, "Hello")
    conversation_id, token = await conversation_id_of(peer, channel), welcome(peer)["visitor"]
    await peer.leave()
    item_id = await answer(amal, conversation_id, "Good day")
    await in_thread(run_until_idle)
    assert await _status(amal, item_id) == DeliveryStatus.SENT, "nobody has taken it yet"

    back = await visit(channel, visitor=token)
    await _settled(back)
    assert await _status(amal, item_id) == DeliveryStatus.DELIVERED
    back.send(type="seen", seq=welcome(back)["messages"][-1]["seq"])
    await _settled(back)
    assert await _status(amal, item_id) == DeliveryStatus.READ


async def test_what_is_taken_before_the_worker_comes_is_never_set_back(
    channel: Channel, amal: Viewer, visit: Visit
) -> None:
    peer = await visit(channel)
    await say(peer, "Hello")
    item_id = await answer(amal, await conversation_id_of(peer, channel), "Good day")
    shown = await peer.frame(type="message", text="Good day")
    peer.send(type="seen", seq=shown["seq"])
    await _settled(peer)
    await in_thread(run_until_idle)
    assert await _status(amal, item_id) == DeliveryStatus.READ


async def test_what_was_not_shown_cannot_be_seen(channel: Channel, amal: Viewer, visit: Visit) -> None:
    peer = await visit(channel)
    await say(peer, "Hello")
    conversation_id, token = await conversation_id_of(peer, channel), welcome(peer)["visitor"]
    peer.send(type="seen", seq=1_000_000)
    await _settled(peer)
    await peer.leave()
    item_id = await answer(amal, conversation_id, "Good day")
    await in_thread(run_until_idle)
    assert await _status(amal, item_id) == DeliveryStatus.SENT
    assert welcome(await visit(channel, visitor=token))["seen"] == 0


async def test_a_revoked_visitor_cannot_be_answered(channel: Channel, amal: Viewer, visit: Visit) -> None:
    from connectors.chat import visitors
    from connectors.chat.models import Visitor

    peer = await visit(channel)
    await say(peer, "Hello")
    conversation_id = await conversation_id_of(peer, channel)
    await peer.leave()
    await in_thread(lambda: visitors.revoke(Visitor.objects.filter(channel=channel).get()))
    item_id = await answer(amal, conversation_id, "Good day")
    await in_thread(run_until_idle)
    delivery = await in_thread(Delivery.objects.within(amal.organization).get, message_id=item_id)
    assert (delivery.status, delivery.code) == (DeliveryStatus.FAILED, "visitor-gone")


async def _settled(peer: Peer) -> None:
    """Wait until everything that the peer has sent so far was dealt with."""
    before = sum(frame["type"] == "pong" for frame in peer.frames)
    peer.send(type="ping")
    await peer.until(lambda: sum(frame["type"] == "pong" for frame in peer.frames) > before)


async def _status(viewer: Viewer, item_id: str) -> str:
    delivery = await in_thread(Delivery.objects.within(viewer.organization).get, message_id=item_id)
    return str(delivery.status)


def test_the_connector_is_found_by_its_folder() -> None:
    chat: Connector = connector("chat")
    capabilities = chat.capabilities({})
    assert capabilities.typing_out
    assert capabilities.read
    assert capabilities.delivered
