"""Simulated queues: hand-made days whose outcome one can work out on paper."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hub.models import AgentSkill, Organization, Queue, Skill, User
from inbox.trial.figures import Fate, figures
from inbox.trial.history import Arrived, Shift
from inbox.trial.setup import Setup
from inbox.trial.simulation import REACTION, Placement, simulate
from tests import factories

pytestmark = pytest.mark.django_db
NINE = datetime(2026, 3, 2, 9, tzinfo=UTC)
FIVE = NINE + timedelta(hours=8)
ALL = frozenset({"realtime", "live", "async"})


@pytest.fixture
def organization() -> Organization:
    return factories.organization()


@pytest.fixture
def queue(organization: Organization) -> Queue:
    return factories.queue(organization, "support")


def _arrived(queue: Queue, after: float, kind: str = "voice", **fields: Any) -> Arrived:
    usual: dict[str, Any] = {"handling": timedelta(seconds=100), "patience": None, "answered_at": None}
    return Arrived(
        uuid4(),
        NINE + timedelta(seconds=after),
        kind,
        queue.pk,
        2,
        fields.pop("requirements", ()),
        **(usual | fields),
    )


def _shift(agent: User, begins: float = 0, ends: float = 28_800) -> Shift:
    return Shift(agent.pk, NINE + timedelta(seconds=begins), NINE + timedelta(seconds=ends), ALL)


def _fates(
    organization: Organization, arrived: Sequence[Arrived], shifts: Sequence[Shift], extra: int = 0
) -> list[Fate]:
    setup = Setup(organization, extra)
    placed = [(one, Placement(one.queue_id, one.priority_rank, one.requirements)) for one in arrived]
    shifts = [*shifts, *(Shift(key, NINE, FIVE, ALL) for key in setup.extra)]
    return simulate(setup, placed, shifts, FIVE)


def _waits(fates: Sequence[Fate]) -> list[float | None]:
    return [fate.waited for fate in fates]


def test_an_agent_takes_one_call_after_the_other(organization: Organization, queue: Queue) -> None:
    ana = factories.agent(organization)
    calls = [_arrived(queue, 0), _arrived(queue, 10)]
    reaction = REACTION.total_seconds()
    busy = reaction + 100 + 30  # a call is followed by 30 s for what is to be done after it
    assert _waits(_fates(organization, calls, [_shift(ana)])) == [reaction, busy - 10 + reaction]


def test_an_agent_has_three_chats_at_once(organization: Organization, queue: Queue) -> None:
    ana = factories.agent(organization)
    chats = [_arrived(queue, 0, "chat") for _ in range(4)]
    reaction = REACTION.total_seconds()
    assert _waits(_fates(organization, chats, [_shift(ana)])) == [
        *[reaction] * 3,
        pytest.approx(100 + 2 * reaction),
    ]


def test_who_waits_too_long_leaves(organization: Organization, queue: Queue) -> None:
    (fate,) = _fates(organization, [_arrived(queue, 0, patience=timedelta(seconds=40))], [])
    assert (fate.waited, fate.left_after) == (None, 40)


def test_nobody_is_given_what_they_cannot_do_until_a_step_asks_for_less(
    organization: Organization, queue: Queue
) -> None:
    ana = factories.agent(organization)
    skill = Skill.objects.create(organization=organization, name="Spanish")
    AgentSkill.objects.create(organization=organization, user=ana, skill=skill, level=4)
    queue.steps = [{"after": 60, "requirements": [{"skill": str(skill.pk), "level": 4}]}]
    queue.save()
    wanted = [{"skill": str(skill.pk), "level": 7}]
    (fate,) = _fates(organization, [_arrived(queue, 0, requirements=wanted)], [_shift(ana)])
    assert fate.waited == 60 + REACTION.total_seconds()


def test_further_agents_shorten_the_wait(organization: Organization, queue: Queue) -> None:
    ana = factories.agent(organization)
    calls = [_arrived(queue, 10 * number) for number in range(30)]
    waits = [
        figures(_fates(organization, calls, [_shift(ana)], extra), {})["wait_mean"] for extra in (0, 1, 4)
    ]
    assert waits == sorted(waits, reverse=True) and waits[0] > waits[-1]


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(0, 20_000), st.sampled_from(["voice", "chat", "email"])), max_size=40))
def test_everything_that_comes_has_one_fate_and_nobody_two_calls_at_once(
    organization: Organization, queue: Queue, coming: list[tuple[int, str]]
) -> None:
    agents = [factories.agent(organization, name) for name in ("Ana", "Ben")]
    arrived = [_arrived(queue, after, kind) for after, kind in sorted(coming)]
    fates = _fates(organization, arrived, [_shift(agent) for agent in agents])
    assert len(fates) == len(arrived)
    assert fates == _fates(organization, arrived, [_shift(agent) for agent in agents])
    for agent in agents:
        _never_two_at_once([fate for fate in fates if fate.agent_id == agent.pk and fate.kind == "voice"])


def _never_two_at_once(calls: Sequence[Fate]) -> None:
    spans = sorted((call.at + timedelta(seconds=call.waited or 0), call.busy) for call in calls)
    for (begins, busy), (following, _) in pairwise(spans):
        assert begins + timedelta(seconds=busy) <= following


def test_the_service_level_leaves_out_who_hung_up_at_once() -> None:
    queue_id = UUID(int=1)
    waited = [Fate(NINE, queue_id, "voice", 10.0), Fate(NINE, queue_id, "voice", 90.0)]
    left = [Fate(NINE, queue_id, "voice", None, 2.0), Fate(NINE, queue_id, "voice", None, 120.0)]
    found = figures([*waited, *left], {queue_id: 60.0})
    assert (found["service_level"], found["abandoned"]) == (pytest.approx(1 / 3, abs=1e-4), 2)
