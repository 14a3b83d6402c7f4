"""Offers: who gets one, and what becomes of it."""

import pytest

from hub.models import AgentState, Event
from inbox import actions
from inbox.errors import OfferGone
from tests import factories
from tests.inbox.routing.floor import Floor


def test_a_chat_is_offered_accepted_and_told(floor: Floor) -> None:
    floor.agent("Ana")
    chat = floor.write()
    floor.run()
    assert floor.ringing(chat) == "Ana"
    actions.accept(floor.viewers["Ana"], chat.pk)
    actions.accept(floor.viewers["Ana"], chat.pk)
    assert (floor.holder(chat), floor.work(chat).state) == ("Ana", "active")
    assert floor.why(chat) == [
        "Offered to Ana: 100 % free, idle since 09:00:00 UTC, nobody else can take it.",
        "Ana accepted it.",
    ]
    told = Event.objects.within(floor.organization).filter(conversation_id=chat.pk).order_by("seq")
    assert list(told.values_list("name", flat=True)) == [
        "conversation.created",
        "message.created",
        "work.updated",
        "offer.created",
        "work.updated",
        "offer.updated",
        "work.updated",
        "conversation.assigned",
    ]


def test_a_mail_is_assigned_at_once(floor: Floor) -> None:
    floor.agent("Ana")
    mail = floor.mail()
    floor.run()
    assert (floor.holder(mail), floor.offers(mail)) == ("Ana", [("Ana", "accepted")])


def test_who_declines_is_passed_over_and_the_item_keeps_its_age(floor: Floor) -> None:
    floor.agent("Ana")
    floor.agent("Ben")
    chat = floor.write()
    floor.run()
    since = floor.work(chat).virtual_start_at
    assert floor.ringing(chat) == "Ana"
    floor.wait(5)
    actions.decline(floor.viewers["Ana"], chat.pk, "in a meeting")
    floor.run()
    assert floor.ringing(chat) == "Ben"
    assert floor.work(chat).virtual_start_at == since
    with pytest.raises(OfferGone, match="in a meeting"):
        actions.accept(floor.viewers["Ana"], chat.pk)
    actions.accept(floor.viewers["Ben"], chat.pk)
    with pytest.raises(OfferGone, match="taken by Ben"):
        actions.accept(floor.viewers["Ana"], chat.pk)
    with pytest.raises(OfferGone, match="taken by Ben"):
        actions.decline(floor.viewers["Ana"], chat.pk)


def test_who_declined_is_asked_again_where_nobody_else_is_there(floor: Floor) -> None:
    floor.agent("Ana")
    chat = floor.write()
    floor.run()
    actions.decline(floor.viewers["Ana"], chat.pk)
    floor.run()
    assert floor.offers(chat) == [("Ana", "declined"), ("Ana", "pending")]


def test_who_declined_is_asked_again_after_a_minute_where_others_are_full(floor: Floor) -> None:
    floor.agent("Ana")
    floor.agent("Ben")
    for number in range(3):
        busy = floor.write(f"busy{number}")
        floor.run()
        actions.take(floor.viewers["Ben"], busy.pk)
        floor.run()
    chat = floor.write()
    floor.run()
    actions.decline(floor.viewers["Ana"], chat.pk)
    floor.run()
    assert floor.ringing(chat) is None
    floor.wait(59)
    assert floor.ringing(chat) is None
    floor.wait(2)
    assert floor.ringing(chat) == "Ana"


def test_two_missed_chats_make_an_agent_not_respond(floor: Floor) -> None:
    floor.agent("Ana")
    chat = floor.write()
    floor.run()
    floor.wait(29)
    assert floor.offers(chat) == [("Ana", "pending")]
    floor.wait(2)
    assert floor.offers(chat) == [("Ana", "timeout"), ("Ana", "pending")]
    floor.wait(31)
    said = AgentState.objects.within(floor.organization).get(until__isnull=True)
    assert said.unavailable == {"live": "not responding"}
    assert (floor.ringing(chat), floor.work(chat).state) == (None, "queued")
    mail = floor.mail("mia")
    floor.run()
    assert floor.holder(mail) == "Ana"
    floor.say("Ana", "online")
    floor.run()
    assert floor.ringing(chat) == "Ana"


def test_an_answered_offer_begins_the_count_of_misses_anew(floor: Floor) -> None:
    floor.agent("Ana")
    first = floor.write("first")
    floor.run()
    floor.wait(31)
    actions.accept(floor.viewers["Ana"], first.pk)
    second = floor.write("second")
    floor.run()
    floor.wait(31)
    assert floor.ringing(second) == "Ana"


def test_an_offer_that_ran_out_cannot_be_accepted_before_the_sweep_saw_it(floor: Floor) -> None:
    floor.agent("Ana")
    chat = floor.write()
    floor.run()
    floor.pass_time(31)
    with pytest.raises(OfferGone, match="not answered in time"):
        actions.accept(floor.viewers["Ana"], chat.pk)
    assert floor.offers(chat) == [("Ana", "timeout")]


def test_an_offer_is_taken_back_when_its_agent_leaves(floor: Floor) -> None:
    floor.agent("Ana")
    chat = floor.write()
    floor.run()
    floor.say("Ana", "away")
    floor.run()
    assert floor.offers(chat) == [("Ana", "rescinded")]
    floor.say("Ana", "online")
    floor.run()
    floor.lose("Ana")
    floor.run()
    assert floor.offers(chat) == [("Ana", "rescinded")] * 2


def test_an_offer_is_taken_back_when_somebody_else_takes_it_or_it_is_settled(floor: Floor) -> None:
    floor.agent("Ana")
    floor.agent("Ben")
    chat, other = floor.write("chat"), floor.write("other")
    floor.run()
    ana, ben = floor.viewers["Ana"], floor.viewers["Ben"]
    offered = {str(floor.ringing(row)): row for row in (chat, other)}
    actions.take(ben, offered["Ana"].pk)
    assert floor.offers(offered["Ana"]) == [("Ana", "rescinded"), ("Ben", "accepted")]
    with pytest.raises(OfferGone, match="taken by Ben"):
        actions.accept(ana, offered["Ana"].pk)
    actions.resolve(ana, offered["Ben"].pk)
    assert floor.offers(offered["Ben"]) == [("Ben", "rescinded")]
    with pytest.raises(OfferGone):
        actions.accept(ben, offered["Ben"].pk)


def test_the_accept_counts_the_room_itself(floor: Floor) -> None:
    floor.agent("Ana")
    chat = floor.write("offered")
    floor.run()
    for number in range(3):
        actions.assign(floor.viewers["Ana"], floor.write(f"own{number}").pk, floor.viewers["Ana"].user.pk)
    with pytest.raises(OfferGone, match="no room"):
        actions.accept(floor.viewers["Ana"], chat.pk)
    assert floor.offers(chat) == [("Ana", "rescinded")]
    floor.run()
    assert floor.ringing(chat) is None


def test_to_take_what_somebody_took_meanwhile_is_refused_where_it_is_asked_for(floor: Floor) -> None:
    floor.agent("Ana")
    floor.agent("Ben")
    chat = floor.write()
    actions.take(floor.viewers["Ana"], chat.pk, None)
    with pytest.raises(OfferGone, match="taken by Ana"):
        actions.take(floor.viewers["Ben"], chat.pk, None)
    actions.take(floor.viewers["Ben"], chat.pk, floor.viewers["Ana"].user.pk)
    assert floor.holder(chat) == "Ben"


def test_a_queue_from_which_agents_take_offers_nothing(floor: Floor) -> None:
    floor.agent("Ana")
    floor.queue.handing = "take"
    floor.queue.save()
    mail = floor.mail()
    floor.run()
    assert (floor.offers(mail), floor.work(mail).state) == ([], "queued")
    actions.take(floor.viewers["Ana"], mail.pk)
    assert floor.work(mail).state == "active"


def test_members_alone_are_asked(floor: Floor) -> None:
    floor.agent("Ana")
    ben = floor.agent("Ben")
    floor.queue.is_open_to_all = False
    floor.queue.team = factories.team(floor.organization, ben)
    floor.queue.save()
    for who in ("one", "two"):
        chat = floor.write(who)
        floor.run()
        assert floor.ringing(chat) == "Ben"
