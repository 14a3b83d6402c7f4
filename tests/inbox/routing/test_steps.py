"""What happens while work waits: steps, stickiness, closed hours, and a word where nobody can take it."""

from typing import Any

from hub.models import Priority, Schedule
from inbox import actions
from inbox.actions import Draft
from inbox.routing import engine
from tests import factories
from tests.inbox.routing.floor import Floor


def _skill(floor: Floor, name: str, level: int) -> dict[str, Any]:
    return {"skill": str(floor.skill(name).pk), "level": level}


def test_skills_are_asked_for_and_relaxed(floor: Floor) -> None:
    floor.agent("Ana", spanish=8)
    floor.agent("Ben", spanish=5)
    floor.change_queue(
        requirements=[_skill(floor, "spanish", 7)],
        steps=[
            {"after": 20, "requirements": [_skill(floor, "spanish", 4)]},
            {"after": 60, "requirements": []},
        ],
    )
    for _ in range(3):
        actions.take(floor.viewers["Ana"], floor.write(f"busy{_}").pk)
    chat = floor.write()
    floor.wait(19)
    assert floor.ringing(chat) is None
    floor.wait(1)
    assert floor.ringing(chat) == "Ben"
    assert floor.work(chat).step == 1
    floor.agent("Cem")
    floor.say("Ben", "away")
    floor.run()
    assert floor.ringing(chat) is None
    floor.wait(40)
    assert (floor.ringing(chat), floor.work(chat).requirements) == ("Cem", [])


def test_another_team_may_take_it_later(floor: Floor) -> None:
    floor.agent("Ana")
    ben = floor.agent("Ben")
    team = factories.team(floor.organization, ben)
    own = factories.team(floor.organization, floor.viewers["Ana"].user)
    floor.change_queue(is_open_to_all=False, team=own, steps=[{"after": 10, "team": str(team.pk)}])
    floor.say("Ana", "offline")
    chat = floor.write()
    floor.wait(9)
    assert floor.ringing(chat) is None
    floor.wait(1)
    assert floor.ringing(chat) == "Ben"


def test_it_goes_on_elsewhere_with_its_age_and_more_urgently(floor: Floor) -> None:
    target = factories.queue(floor.organization)
    floor.change_queue(
        steps=[{"after": 5, "priority": Priority.HIGH}, {"after": 30, "queue": str(target.pk)}]
    )
    chat = floor.write()
    since = floor.work(chat).virtual_start_at
    floor.wait(5)
    assert floor.work(chat).priority_rank == 1
    floor.write()
    assert floor.work(chat).priority_rank == 1
    floor.wait(25)
    work = floor.work(chat)
    chat.refresh_from_db()
    assert (work.queue_id, chat.queue_id, work.virtual_start_at) == (target.pk, target.pk, since)
    assert any("goes on in" in reason for reason in floor.why(chat))
    assert chat.items.filter(event__name="assigned").exists()


def test_a_step_is_skipped_to_where_nobody_is_there(floor: Floor) -> None:
    floor.agent("Ana")
    floor.agent("Ben", spanish=7)
    floor.change_queue(
        requirements=[_skill(floor, "spanish", 7)],
        steps=[{"after": 300, "requirements": [], "skip_if_nobody": True}],
    )
    first = floor.write("first")
    floor.run()
    assert floor.ringing(first) == "Ben"
    floor.say("Ben", "offline")
    floor.run()
    assert floor.ringing(first) == "Ana"


def test_a_chat_in_closed_hours_is_answered_later(floor: Floor) -> None:
    schedule = Schedule.objects.create(
        organization=floor.organization,
        name="Office",
        time_zone="UTC",
        intervals=[[day, "10:00", "18:00"] for day in range(5)],
    )
    floor.change_queue(schedule=schedule, steps=[{"after": 0, "when": "closed", "to": "email"}])
    chat = floor.write()
    floor.run()
    assert (floor.work(chat).kind, floor.work(chat).state) == ("email", "queued")
    said = chat.items.get(direction="outbound").message
    assert said.is_automatic
    floor.agent("Ana")
    floor.run()
    assert floor.holder(chat) == "Ana"
    floor.wait(3600)
    late = floor.write("late")
    floor.run()
    assert floor.ringing(late) == "Ana"


def test_it_waits_for_the_agent_who_knows_the_customer(floor: Floor) -> None:
    floor.agent("Ana")
    chat = floor.write()
    floor.run()
    actions.accept(floor.viewers["Ana"], chat.pk)
    actions.reply(floor.viewers["Ana"], chat.pk, Draft(text="Yes?"))
    actions.resolve(floor.viewers["Ana"], chat.pk)
    actions.assign(floor.viewers["Ana"], chat.pk, assignee_id=None)
    for number in range(3):
        actions.take(floor.viewers["Ana"], floor.write(f"busy{number}").pk)
    floor.agent("Ben")
    floor.change_queue(sticky_seconds=60)
    floor.write()
    floor.run()
    assert floor.ringing(chat) is None
    actions.resolve(floor.viewers["Ana"], floor.write("busy0").pk)
    floor.run()
    assert floor.ringing(chat) == "Ana"


def test_it_waits_for_nobody_longer_than_the_setting_or_for_who_is_gone(floor: Floor) -> None:
    floor.agent("Ana")
    known = floor.mail("known")
    floor.run()
    actions.reply(floor.viewers["Ana"], known.pk, Draft(text="Yes?"))
    actions.resolve(floor.viewers["Ana"], known.pk)
    actions.assign(floor.viewers["Ana"], known.pk, assignee_id=None)
    floor.change_queue(sticky_seconds=60)
    floor.wait(61)
    floor.agent("Ben")
    floor.say("Ana", "busy")
    new = floor.mail("known")
    floor.run()
    assert floor.holder(new) is None
    floor.wait(61)
    assert floor.holder(new) == "Ben"
    actions.resolve(floor.viewers["Ben"], new.pk)
    actions.assign(floor.viewers["Ben"], new.pk, assignee_id=None)
    floor.wait(61)
    floor.say("Ana", "offline")
    newer = floor.mail("known")
    floor.run()
    assert floor.holder(newer) == "Ben"


def test_what_nobody_can_take_says_so(floor: Floor) -> None:
    floor.agent("Ana", spanish=3)
    floor.change_queue(requirements=[_skill(floor, "spanish", 7)])
    chat = floor.write()
    floor.run()
    assert floor.work(chat).stuck_reason == "Nobody here has spanish ≥ 7"
    floor.agent("Ben", spanish=7)
    floor.run()
    assert (floor.ringing(chat), floor.work(chat).stuck_reason) == ("Ben", "")
    floor.change_queue(is_open_to_all=False)
    other = floor.write("other")
    floor.run()
    assert floor.work(other).stuck_reason == "The queue has no members"


def test_a_preview_says_who_and_why_not(floor: Floor) -> None:
    floor.agent("Ana", spanish=3)
    organization, queue = floor.organization, floor.queue
    assert engine.preview(organization, queue.pk, "chat").text == (
        "It would be offered to Ana: 100 % free, idle since 09:00:00 UTC, nobody else can take it."
    )
    found = engine.preview(organization, queue.pk, "chat", [_skill(floor, "spanish", 7)])
    assert (found.agent, found.text) == (None, "It would wait: nobody here has spanish ≥ 7.")
    assert found.shape()["candidates"][0]["reason"] == "has spanish 3, spanish ≥ 7 is asked for"
    floor.say("Ana", "away")
    assert engine.preview(organization, queue.pk, "chat").text == (
        "It would wait: nobody who could take it is here."
    )
    assert engine.preview(organization, queue.pk, "email").text.startswith("It would be assigned to Ana")


def test_a_place_in_the_queue_and_how_long_it_may_take(floor: Floor) -> None:
    chats = [floor.write(f"chat{number}") for number in range(5)]
    assert [engine.position(floor.work(chat)) for chat in chats[:2]] == [(1, None), (2, None)]
    floor.agent("Ana")
    floor.run()
    for chat in chats[:3]:
        actions.accept(floor.viewers["Ana"], chat.pk)
    assert engine.position(floor.work(chats[4])) == (2, 2400)
