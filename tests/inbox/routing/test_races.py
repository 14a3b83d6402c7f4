"""Several at once: two who click, two workers at one queue, and a worker that dies."""

import threading
from collections.abc import Callable
from uuid import UUID

import pytest
from django.db import connections

from hub.models import Conversation, Job, Offer, WorkItem
from inbox import actions
from inbox.errors import OfferGone
from inbox.routing import engine
from tests.inbox.routing import engine_process
from tests.inbox.routing.floor import Floor
from tests.waiting import until


@pytest.fixture
def floor(transactional_db: None) -> Floor:
    """A floor that other threads and processes see, in real time."""
    return Floor.open()


def _at_once(*calls: Callable[[], object]) -> list[object]:
    """Make the calls at the same moment, each in a thread of its own; what they answered or raised."""
    start, answers = threading.Barrier(len(calls)), [None] * len(calls)

    def run(place: int, call: Callable[[], object]) -> None:
        start.wait()
        try:
            answers[place] = call()  # type: ignore[call-overload]
        except Exception as error:
            answers[place] = error  # type: ignore[call-overload]
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=one) for one in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return list(answers)


def _accepted(floor: Floor) -> list[tuple[str, UUID]]:
    rows = Offer.objects.within(floor.organization).filter(status="accepted", released_at__isnull=True)
    return list(rows.values_list("agent__name", "work_id"))


def test_two_who_want_the_same_at_once_get_one_winner_and_one_word(floor: Floor) -> None:
    for name in ("Ana", "Ben"):
        floor.agent(name)
    for number in range(6):
        chat = floor.write(f"customer{number}")
        floor.run()
        name = str(floor.ringing(chat))
        other = "Ben" if name == "Ana" else "Ana"
        answers = _at_once(
            lambda: actions.accept(floor.viewers[name], chat.pk),  # noqa: B023
            lambda: actions.take(floor.viewers[other], chat.pk, None),  # noqa: B023
        )
        gone = [answer for answer in answers if isinstance(answer, OfferGone)]
        assert [str(one) for one in gone] == [f"taken by {floor.holder(chat)}"]
        assert len(answers) - len(gone) == 1
        actions.resolve(floor.viewers["Ana"], chat.pk)


def test_two_clicks_of_one_agent_accept_once(floor: Floor) -> None:
    floor.agent("Ana")
    chat = floor.write()
    floor.run()
    answers = _at_once(*[lambda: actions.accept(floor.viewers["Ana"], chat.pk)] * 3)
    assert not [answer for answer in answers if isinstance(answer, Exception)]
    assert len(_accepted(floor)) == 1


def test_workers_at_one_queue_place_each_item_once_and_fill_nobody_too_much(floor: Floor) -> None:
    for number in range(4):
        floor.agent(f"Agent {number}")
    for number in range(20):
        floor.write(f"chat{number}")
        floor.mail(f"mail{number}")
    Job.objects.filter(queue="routing").delete()
    answers = _at_once(*[lambda: engine.route(floor.queue.pk)] * 4)
    assert not [answer for answer in answers if isinstance(answer, Exception)]
    engine.route(floor.queue.pk)
    pending = Offer.objects.within(floor.organization).filter(status="pending")
    assert pending.count() == 12
    assert sorted(pending.values_list("agent__name", flat=True)) == sorted(
        [f"Agent {number}" for number in range(4)] * 3
    )
    assert pending.values("work").distinct().count() == 12
    mails = WorkItem.objects.within(floor.organization).filter(kind="email", state="active")
    assert mails.count() == len(_accepted(floor)) >= 8
    assert not [answer for answer in _at_once(*[lambda: engine.route(floor.queue.pk)] * 2) if answer]


def test_engines_that_are_killed_at_any_moment_lose_nothing(floor: Floor) -> None:
    names = [f"Agent {number}" for number in range(6)]
    for name in names:
        floor.agent(name)
    claims = [floor.claim(name) for name in names]
    with engine_process.running(claims) as processes:
        mails: list[Conversation] = []
        for turn in range(4):
            mails += [floor.mail(f"mail{turn}-{number}") for number in range(10)]
            engine_process.kill(processes.pop(0))
            processes.append(engine_process.start(claims))
        until(lambda: len(_accepted(floor)) == len(mails), 60)
    assert {floor.holder(mail) for mail in mails} <= set(names)
    works = WorkItem.objects.within(floor.organization)
    assert works.count() == works.filter(state="active").count() == len(mails)
