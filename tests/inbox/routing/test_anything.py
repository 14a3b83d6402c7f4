"""Whatever people and crashes do: nothing is lost, nobody has too much, nobody absent gets work."""

import os
from contextlib import suppress
from random import Random

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from hub.models import Conversation, Offer, WorkItem
from inbox import actions
from inbox.actions import Draft
from inbox.errors import InboxError
from inbox.routing import availability, capacity, policy, timers
from inbox.routing.capacity import FULL, Weights
from inbox.routing.heads import demand, skipped
from inbox.routing.staff import Staff
from tests import factories
from tests.inbox.routing.floor import Floor

AGENTS = ("Ana", "Ben", "Cem", "Dua")
CUSTOMERS = ("kim", "lou", "mia", "nur", "ova", "pat", "quy", "rob")
TIMES = (1, 5, 31, 61, 122, 901, 3601)

EXAMPLES = int(os.environ.get("HUB_TEST_ROUTING_EXAMPLES", "4"))


class Crash(Exception):
    """The worker's end, between two statements."""


class Anything(RuleBasedStateMachine):
    """A floor of four agents and two queues on which anything may happen."""

    def __init__(self) -> None:
        super().__init__()
        self._kept = transaction.atomic()
        self._kept.__enter__()
        self.floor = Floor.open(steps=[{"after": 45, "requirements": []}])
        self.floor.__enter__()
        for name in AGENTS:
            self.floor.agent(name, is_online=name in AGENTS[:2], **({"spanish": 7} if name != "Ben" else {}))
        spanish = str(self.floor.skill("spanish").pk)
        self.floor.change_queue(requirements=[{"skill": spanish, "level": 5}])
        self.other = factories.queue(self.floor.organization, wrap_up_seconds=20)
        self.has_taken: set[str] = set()

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self._kept.__exit__(None, None, None)
        self.floor.__exit__()

    agents = st.sampled_from(AGENTS)
    customers = st.sampled_from(CUSTOMERS)

    @rule(who=customers, by_mail=st.booleans())
    def a_customer_writes(self, who: str, by_mail: bool) -> None:
        self.floor.mail(who) if by_mail else self.floor.write(who)
        self.floor.run()

    @rule(data=st.lists(customers, min_size=3, max_size=8, unique=True))
    def many_write(self, data: list[str]) -> None:
        for who in data:
            self.floor.write(who)
        self.floor.run()

    @rule(name=agents, state=st.sampled_from(["online", "online", "away", "busy", "offline"]))
    def an_agent_says(self, name: str, state: str) -> None:
        self.floor.say(name, state)
        self.floor.run()

    @rule(name=agents)
    def a_connection_is_lost(self, name: str) -> None:
        self.floor.lose(name)
        timers.upkeep()
        self.floor.run()

    @rule(name=agents, at=st.integers(0, 9))
    def an_agent_accepts(self, name: str, at: int) -> None:
        self._answer(name, at, accepts=True)

    @rule(name=agents, at=st.integers(0, 9))
    def an_agent_declines(self, name: str, at: int) -> None:
        self._answer(name, at, accepts=False)

    @rule(at=st.integers(0, 9))
    def everybody_accepts(self, at: int) -> None:
        for conversation in self._conversations():
            if name := self.floor.ringing(conversation):
                actions.accept(self.floor.viewers[name], conversation.pk)
        self.floor.run()

    @rule(at=st.integers(0, 9), settles=st.booleans())
    def it_is_answered(self, at: int, settles: bool) -> None:
        for conversation in self._conversations()[at : at + 1]:
            if name := self.floor.holder(conversation):
                viewer = self.floor.viewers[name]
                actions.reply(viewer, conversation.pk, Draft(text="So it is."))
                if settles:
                    actions.resolve(viewer, conversation.pk)
        self.floor.run()

    @rule(name=agents, at=st.integers(0, 9))
    def an_agent_takes(self, name: str, at: int) -> None:
        for conversation in self._conversations()[at : at + 1]:
            actions.take(self.floor.viewers[name], conversation.pk)
            self.has_taken.add(name)
        self.floor.run()

    @rule(at=st.integers(0, 9), there=st.booleans())
    def it_is_handed_on(self, at: int, there: bool) -> None:
        queue = self.other if there else self.floor.queue
        for conversation in self._conversations()[at : at + 1]:
            actions.transfer(self.floor.viewers["Ana"], conversation.pk, queue_id=queue.pk)
        self.floor.run()

    @rule(seconds=st.sampled_from(TIMES))
    def time_passes(self, seconds: int) -> None:
        self.floor.wait(seconds)

    @rule(who=customers, statements=st.integers(1, 60), seconds=st.sampled_from(TIMES))
    def the_engine_dies(self, who: str, statements: int, seconds: int) -> None:
        self.floor.write(who)
        self.floor.pass_time(seconds)
        left = iter(range(statements))

        def die(execute: object, sql: str, *rest: object) -> object:
            if "SAVEPOINT" not in sql and next(left, None) is None:
                raise Crash
            return execute(sql, *rest)  # type: ignore[operator]

        with suppress(Crash), connection.execute_wrapper(die):
            timers.sweep()
        timers.upkeep()
        self.floor.run()

    @invariant()
    def nothing_is_lost(self) -> None:
        for row in self._conversations():
            live = list(WorkItem.objects.filter(conversation=row, is_over=False))
            if row.is_active and row.waiting_since and row.queue_id:
                assert len(live) == 1
                assert live[0].state in ("queued", "offered", "active", "parked", "wrapping")
                assert (live[0].state in ("queued", "offered")) == (row.assignee_id is None)
            for work in live:
                offers = list(Offer.objects.filter(work=work, released_at__isnull=True))
                pending = [offer for offer in offers if offer.status == "pending"]
                accepted = [offer for offer in offers if offer.status == "accepted"]
                assert len(pending) == (work.state == "offered")
                assert [offer.agent_id for offer in accepted] == (
                    [work.assignee_id] if work.assignee_id else []
                )
                assert work.assignee_id == row.assignee_id

    @invariant()
    def nobody_has_too_much_or_gets_work_while_away(self) -> None:
        organization_id = self.floor.organization.pk
        ids = [viewer.user.pk for viewer in self.floor.viewers.values()]
        held = capacity.loads(organization_id, ids, Weights(organization_id))
        for name, viewer in self.floor.viewers.items():
            assert name in self.has_taken or held[viewer.user.pk].pressing <= FULL
            assert name in self.has_taken or held[viewer.user.pk].patient <= FULL
        present = availability.available(organization_id)
        for offer in Offer.objects.within(organization_id).filter(status="pending").select_related("work"):
            assert present[offer.agent_id].takes(offer.work.kind)

    @invariant()
    def nothing_waits_that_somebody_could_take(self) -> None:
        for queue in (self.floor.queue, self.other):
            staff = Staff(queue)
            waiting = list(WorkItem.objects.filter(queue=queue, state="queued"))
            asked = skipped(queue.organization_id, [work.pk for work in waiting], self.floor.skips_since())
            for work in waiting:
                found = policy.rank(demand(work, staff, asked.get(work.pk)), staff.agents.values())
                assert not found or found[0].verdict == policy.PASSED_OVER, (work.kind, found[0])

    def _answer(self, name: str, at: int, *, accepts: bool) -> None:
        viewer = self.floor.viewers[name]
        for conversation in self._conversations()[at : at + 1]:
            rings = self.floor.ringing(conversation) == name
            holds = self.floor.holder(conversation) == name
            try:
                if accepts:
                    actions.accept(viewer, conversation.pk)
                else:
                    actions.decline(viewer, conversation.pk)
            except InboxError:
                assert not rings
            else:
                assert rings or (accepts and holds)
        self.floor.run()

    def _conversations(self) -> list[Conversation]:
        return list(Conversation.objects.within(self.floor.organization).order_by("number"))


@pytest.mark.slow
@pytest.mark.usefixtures("db")
def test_whatever_happens() -> None:
    options = settings(
        max_examples=EXAMPLES,
        stateful_step_count=25,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(Anything, settings=options)


def _day(seed: int) -> list[tuple[str, list[tuple[str, str]]]]:
    """A day of random events, and who got what of it."""
    random, told = Random(seed), []
    with Floor.open() as floor:
        for name in AGENTS:
            floor.agent(name)
        for _ in range(25):
            who = random.choice(CUSTOMERS)
            conversation = floor.mail(who) if random.random() < 0.3 else floor.write(who)
            floor.wait(random.choice(TIMES[:4]))
            rings_at = floor.ringing(conversation)
            if rings_at and random.random() < 0.6:
                actions.accept(floor.viewers[rings_at], conversation.pk)
            elif rings_at:
                actions.decline(floor.viewers[rings_at], conversation.pk)
            floor.run()
            told.append((who, floor.offers(conversation)))
    return told


@pytest.mark.usefixtures("db")
def test_the_same_events_give_the_same_answers() -> None:
    assert _day(7) == _day(7)
