"""The life of work: what waits, what is somebody's, what waits for the customer, and what is over."""

from datetime import timedelta

import pytest

from hub.models import Conversation, RoutingDecision, WorkItem
from hub.transaction import unit
from hub.viewer import Viewer
from inbox import actions
from inbox.actions import Draft
from inbox.actions.status import wake
from inbox.errors import Invalid
from inbox.routing import adoption
from tests import factories
from tests.inbox.routing.floor import BEGIN, Floor


def _accepted(floor: Floor, who: str = "carla") -> Conversation:
    """A chat that its agent has accepted."""
    chat = floor.write(who)
    floor.run()
    actions.accept(floor.viewers[str(floor.ringing(chat))], chat.pk)
    return chat


def _answer(floor: Floor, name: str, conversation: Conversation) -> None:
    actions.reply(floor.viewers[name], conversation.pk, Draft(text="Let me look."))


def test_an_answered_mail_is_parked_and_comes_back_to_its_agent(floor: Floor) -> None:
    floor.agent("Ana")
    mail = floor.mail()
    floor.run()
    _answer(floor, "Ana", mail)
    assert floor.work(mail).state == "parked"
    floor.wait(3600)
    assert floor.mail().pk == mail.pk
    assert (floor.work(mail).state, floor.holder(mail)) == ("active", "Ana")
    assert floor.work(mail).virtual_start_at == BEGIN + timedelta(hours=1)


def test_an_answered_chat_keeps_its_agents_room_for_two_minutes(floor: Floor) -> None:
    floor.agent("Ana")
    chat = _accepted(floor)
    _answer(floor, "Ana", chat)
    floor.wait(119)
    assert floor.work(chat).state == "active"
    floor.wait(2)
    assert floor.work(chat).state == "parked"
    floor.write()
    assert (floor.work(chat).state, floor.holder(chat)) == ("active", "Ana")


def test_a_chat_whose_customer_answers_in_time_is_not_parked(floor: Floor) -> None:
    floor.agent("Ana")
    chat = _accepted(floor)
    _answer(floor, "Ana", chat)
    floor.wait(60)
    floor.write()
    floor.wait(120)
    assert floor.work(chat).state == "active"


def test_a_chat_goes_to_the_queue_where_its_agent_has_no_room_any_more(floor: Floor) -> None:
    floor.agent("Ana")
    floor.agent("Ben", is_online=False)
    chat = _accepted(floor)
    _answer(floor, "Ana", chat)
    floor.wait(121)
    others = [_accepted(floor, f"other{number}") for number in range(3)]
    assert [floor.holder(other) for other in others] == ["Ana"] * 3
    floor.write()
    assert (floor.holder(chat), floor.work(chat).state) == (None, "queued")
    assert floor.why(chat)[-1] == "The agent who had it has no room for it."
    floor.say("Ben", "online")
    floor.run()
    assert floor.ringing(chat) == "Ben"


def test_what_can_wait_waits_for_its_agent_and_comes_back_gently(floor: Floor) -> None:
    floor.agent("Ana")
    mails = [floor.mail(f"customer{number}") for number in range(5)]
    floor.run()
    for mail in mails:
        _answer(floor, "Ana", mail)
    floor.say("Ana", "busy")
    for number in range(5):
        floor.mail(f"customer{number}")
    floor.run()
    assert [floor.work(mail).state for mail in mails] == ["parked"] * 5
    floor.say("Ana", "online")
    floor.run()
    assert [floor.work(mail).state for mail in mails] == ["active"] * 3 + ["parked"] * 2
    _answer(floor, "Ana", mails[0])
    floor.run()
    assert [floor.work(mail).state for mail in mails] == ["parked", *["active"] * 3, "parked"]


def test_what_can_wait_is_others_when_its_agent_is_away_for_too_long(floor: Floor) -> None:
    floor.agent("Ana")
    floor.agent("Ben", is_online=False)
    mail = floor.mail()
    floor.run()
    _answer(floor, "Ana", mail)
    floor.say("Ana", "offline")
    floor.say("Ben", "online")
    floor.mail()
    floor.wait(3599)
    assert floor.holder(mail) == "Ana"
    floor.wait(2)
    assert floor.holder(mail) == "Ben"


def test_chats_of_an_agent_who_leaves_go_back_with_their_age(floor: Floor) -> None:
    floor.agent("Ana")
    chat, mail = _accepted(floor), floor.mail()
    floor.run()
    floor.agent("Ben")
    floor.wait(40)
    floor.say("Ana", "offline")
    floor.run()
    assert floor.ringing(chat) == "Ben"
    assert floor.work(chat).virtual_start_at == BEGIN
    assert floor.holder(mail) == "Ana"
    assert "Its agent is offline." in floor.why(chat)


def test_an_assigned_mail_goes_back_after_its_agent_was_there_for_a_quarter_of_an_hour(floor: Floor) -> None:
    floor.agent("Ana")
    mail = floor.mail()
    floor.run()
    floor.wait(300)
    floor.say("Ana", "offline")
    floor.wait(3600)
    floor.say("Ana", "online")
    floor.agent("Ben")
    floor.wait(599)
    assert floor.holder(mail) == "Ana"
    floor.wait(2)
    assert floor.holder(mail) == "Ben"
    actions.mark_read(floor.viewers["Ben"], mail.pk, 1)
    floor.wait(1000)
    assert floor.holder(mail) == "Ben"


def test_what_is_settled_is_over_and_begins_anew(floor: Floor) -> None:
    floor.agent("Ana")
    chat = _accepted(floor)
    actions.resolve(floor.viewers["Ana"], chat.pk)
    work = floor.work(chat)
    assert (work.state, work.is_over, work.outcome) == ("done", True, "resolved")
    floor.wait(10)
    floor.write()
    assert (floor.work(chat).state, floor.holder(chat)) == ("active", "Ana")
    assert floor.work(chat).pk != work.pk


def test_wrapping_up_takes_room_for_its_time(floor: Floor) -> None:
    floor.queue.wrap_up_seconds = 30
    floor.queue.save()
    floor.agent("Ana")
    chats = [_accepted(floor, f"chat{number}") for number in range(3)]
    for chat in chats:
        actions.resolve(floor.viewers["Ana"], chat.pk)
    assert [floor.work(chat).state for chat in chats] == ["wrapping"] * 3
    new = floor.write("new")
    floor.wait(29)
    assert floor.ringing(new) is None
    floor.wait(2)
    assert [floor.work(chat).state for chat in chats] == ["done"] * 3
    assert floor.ringing(new) == "Ana"


def test_what_is_snoozed_takes_no_room_and_comes_back(floor: Floor) -> None:
    floor.agent("Ana")
    chat = _accepted(floor)
    actions.snooze(floor.viewers["Ana"], chat.pk, floor.at + timedelta(hours=1))
    assert floor.work(chat).state == "parked"
    floor.write()
    assert floor.work(chat).state == "active"


def test_what_was_snoozed_waits_for_an_agent_who_is_not_back_yet(floor: Floor) -> None:
    floor.agent("Ana")
    mail = floor.mail()
    floor.run()
    _answer(floor, "Ana", mail)
    actions.snooze(floor.viewers["Ana"], mail.pk, floor.at + timedelta(seconds=60))
    floor.say("Ana", "offline")
    floor.wait(61)
    with unit():
        wake(Conversation.objects.within(floor.organization).get(pk=mail.pk))
    assert (floor.work(mail).state, floor.holder(mail)) == ("parked", "Ana")
    floor.say("Ana", "online")
    floor.run()
    assert floor.work(mail).state == "active"


def test_what_its_agent_answers_while_away_does_not_go_to_others(floor: Floor) -> None:
    floor.agent("Ana")
    mail = floor.mail()
    floor.run()
    _answer(floor, "Ana", mail)
    floor.say("Ana", "busy")
    floor.mail()
    _answer(floor, "Ana", mail)
    floor.wait(3700)
    assert (floor.work(mail).state, floor.holder(mail)) == ("parked", "Ana")


def test_another_queue_keeps_the_place_and_a_note_tells_why(floor: Floor) -> None:
    floor.agent("Ana")
    chat = _accepted(floor)
    floor.agent("Ben")
    floor.wait(20)
    billing = factories.queue(floor.organization)
    actions.transfer(floor.viewers["Ana"], chat.pk, queue_id=billing.pk, note="She wants an invoice.")
    work = floor.work(chat)
    assert (work.state, work.queue_id, work.virtual_start_at) == ("queued", billing.pk, BEGIN)
    floor.run()
    assert floor.ringing(chat) == "Ben"
    assert chat.items.filter(note__text="She wants an invoice.").exists()


def test_what_was_answered_and_handed_on_is_work_all_the_same(floor: Floor) -> None:
    floor.agent("Ana")
    mail = floor.mail()
    floor.run()
    _answer(floor, "Ana", mail)
    actions.transfer(floor.viewers["Ana"], mail.pk, queue_id=factories.queue(floor.organization).pk)
    assert floor.work(mail).state == "queued"


def test_a_team_gets_it_in_its_own_queue(floor: Floor) -> None:
    ana, ben = floor.agent("Ana"), floor.agent("Ben", is_online=False)
    chat = _accepted(floor)
    team = factories.team(floor.organization, ben)
    queue = factories.queue(floor.organization, team=team, is_open_to_all=False)
    actions.transfer(floor.viewers["Ana"], chat.pk, team_id=team.pk)
    assert (floor.work(chat).queue_id, floor.holder(chat)) == (queue.pk, None)
    with pytest.raises(Invalid, match="offline"):
        actions.transfer(floor.viewers["Ana"], chat.pk, agent_id=ben.pk)
    with pytest.raises(Invalid, match="one of them"):
        actions.transfer(floor.viewers["Ana"], chat.pk)
    actions.transfer(floor.viewers["Ana"], chat.pk, agent_id=ana.pk)
    assert (floor.work(chat).state, floor.holder(chat)) == ("active", "Ana")


def test_a_supervisors_assignment_makes_it_the_agents_work(floor: Floor) -> None:
    floor.agent("Ana", is_online=False)
    ada = factories.administrator(floor.organization)
    chat = floor.write()
    viewer = factories.viewer(ada, floor.organization)
    actions.assign(viewer, chat.pk, assignee_id=floor.viewers["Ana"].user.pk)
    work = floor.work(chat)
    assert (work.state, work.assignee_id) == ("active", floor.viewers["Ana"].user.pk)
    actions.assign(viewer, chat.pk, assignee_id=None)
    assert (floor.work(chat).state, floor.work(chat).assignee_id) == ("queued", None)


def test_a_more_urgent_one_comes_first_and_a_change_counts_at_once(floor: Floor) -> None:
    chats = [floor.write(f"chat{number}") for number in range(4)]
    floor.agent("Ana", is_online=False)
    actions.update(floor.viewers["Ana"], chats[2].pk, {"priority": "urgent"})
    floor.say("Ana", "online")
    floor.run()
    assert [floor.ringing(chat) for chat in chats] == ["Ana", "Ana", "Ana", None]
    offers = [floor.work(chat).offers.get().created_at for chat in chats[:3]]
    assert floor.work(chats[2]).priority_rank == 0
    assert len(set(offers)) == 1


def test_a_chat_in_a_mail_conversation_makes_it_a_chat(floor: Floor) -> None:
    mail = floor.mail()
    other = floor.write("carla")
    actions.merge(floor.viewers.setdefault("Ada", _administrator(floor)), other.pk, mail.pk)
    assert floor.work(other).state == "done"
    assert floor.work(mail).kind == "email"
    floor.write("carla")
    assert floor.work(mail).kind == "chat"


def _administrator(floor: Floor) -> Viewer:
    return factories.viewer(factories.administrator(floor.organization), floor.organization)


def test_what_waited_before_there_was_work_is_adopted(floor: Floor) -> None:
    floor.agent("Ana", is_online=False)
    since = BEGIN - timedelta(days=1)
    old = factories.conversation(
        floor.organization, channel=floor.mailbox, queue=floor.queue, waiting_since=since, status="open"
    )
    held = factories.conversation(
        floor.organization,
        channel=floor.mailbox,
        queue=floor.queue,
        waiting_since=since,
        status="open",
        assignee=floor.viewers["Ana"].user,
    )
    assert adoption.adopt() == 2
    assert adoption.adopt() == 0
    work = floor.work(old)
    assert (work.state, work.kind, work.virtual_start_at) == ("queued", "email", since)
    assert floor.work(held).state == "active"


def test_without_queues_a_conversation_is_nobodys_work(floor: Floor) -> None:
    floor.mailbox.queue = None
    floor.mailbox.save()
    mail = floor.mail()
    assert not WorkItem.objects.within(floor.organization).exists()
    floor.agent("Ana")
    actions.take(floor.viewers["Ana"], mail.pk)
    assert floor.work(mail).state == "active"


def test_a_decision_remembers_who_was_passed_over_and_why(floor: Floor) -> None:
    floor.agent("Ana", spanish=3)
    floor.agent("Ben", spanish=8)
    floor.agent("Cem", is_online=False, spanish=9)
    spanish = floor.skill("spanish")
    floor.queue.requirements = [{"skill": str(spanish.pk), "level": 7}]
    floor.queue.save()
    mail = floor.mail()
    floor.run()
    decision = RoutingDecision.objects.within(floor.organization).get(about="assign")
    assert floor.holder(mail) == "Ben"
    assert [(one["name"], one["verdict"], one["reason"]) for one in decision.candidates] == [
        ("Ben", "chosen", "100 % free, idle since 09:00:00 UTC, nobody else can take it"),
        ("Ana", "passed_over", "has spanish 3, spanish ≥ 7 is asked for"),
        ("Cem", "passed_over", "is offline"),
    ]
