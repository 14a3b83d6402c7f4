"""Calls as work: what a channel with calls gets from routing."""

import pytest

from hub.models import Offer, WorkItem
from inbox import actions
from inbox.errors import Conflict, OfferGone
from tests import factories
from tests.inbox.routing.floor import Floor


def _call(floor: Floor, number: str = "call-1") -> WorkItem:
    """A call in a conversation with which nobody has anything else to do."""
    conversation = factories.conversation(floor.organization)
    work = actions.open_work(conversation, floor.queue, "voice", call=number)
    assert actions.open_work(conversation, floor.queue, "voice", call=number).pk == work.pk
    return work


def _state(work: WorkItem) -> str:
    work.refresh_from_db()
    return work.state


def _ringing(work: WorkItem) -> list[str]:
    rows = Offer.objects.filter(work=work, status="pending")
    return list(rows.values_list("agent__name", flat=True))


def test_a_call_rings_for_twenty_seconds_is_accepted_and_wrapped_up(floor: Floor) -> None:
    floor.agent("Ana")
    floor.agent("Ben")
    work = _call(floor)
    floor.run()
    assert _ringing(work) == ["Ana"]
    floor.wait(21)
    assert _ringing(work) == ["Ben"]
    actions.accept(floor.viewers["Ben"], work.conversation_id)
    assert _state(work) == "active"
    assert floor.holder(work.conversation) == "Ben"
    actions.finish(work)
    actions.finish(work)
    assert _state(work) == "wrapping"
    other = _call(floor, "call-2")
    floor.wait(29)
    assert _ringing(other) == []
    floor.wait(2)
    assert _state(work) == "done"
    assert _ringing(other) == ["Ben"]


def test_one_missed_call_is_enough_for_no_more_of_them(floor: Floor) -> None:
    floor.agent("Ana")
    work = _call(floor)
    floor.run()
    floor.wait(21)
    assert (_ringing(work), _state(work)) == ([], "queued")
    chat = floor.write("chatter")
    floor.run()
    assert floor.ringing(chat) == "Ana"


def test_who_hangs_up_is_offered_to_nobody_any_more(floor: Floor) -> None:
    floor.agent("Ana")
    work = _call(floor)
    floor.run()
    actions.abandon(work)
    assert (_state(work), work.is_over, _ringing(work)) == ("abandoned", True, [])
    with pytest.raises(OfferGone, match="gave up waiting"):
        actions.accept(floor.viewers["Ana"], work.conversation_id)
    actions.abandon(work)


def test_a_caller_who_wants_to_be_called_back_keeps_the_place(floor: Floor) -> None:
    work = _call(floor)
    since = work.virtual_start_at
    floor.wait(60)
    actions.wait_for_callback(work)
    floor.agent("Ana")
    floor.run()
    assert (_ringing(work), _state(work)) == ([], "callback_wait")
    with pytest.raises(Conflict):
        actions.wait_for_callback(work)
    actions.resume_callback(work)
    floor.run()
    assert (_ringing(work), work.virtual_start_at) == (["Ana"], since)
    with pytest.raises(Conflict):
        actions.resume_callback(work)


def test_mails_do_not_keep_an_agent_from_a_call_and_a_call_does_from_mails(floor: Floor) -> None:
    floor.agent("Ana")
    for number in range(21):
        floor.mail(f"customer{number}")
    floor.run()
    held = WorkItem.objects.within(floor.organization).filter(state="active").count()
    assert held == 20
    work = _call(floor)
    floor.run()
    assert _ringing(work) == ["Ana"]
    assert not WorkItem.objects.within(floor.organization).filter(state="offered", kind="email").exists()


def test_a_step_sends_the_caller_to_the_voicemail(floor: Floor) -> None:
    work = _call(floor)
    floor.change_queue(steps=[{"after": 300, "to": "voicemail"}])
    again = _call(floor, "other")
    floor.wait(301)
    again.refresh_from_db()
    assert (again.state, again.outcome, again.is_over) == ("overflowed", "voicemail", True)
    assert _state(work) == "queued"
