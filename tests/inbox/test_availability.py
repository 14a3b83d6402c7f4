"""Who can be given work: what agents say, whether they are here, and what they did not answer."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from hub.clock import now
from hub.models import (
    AgentState,
    Event,
    Membership,
    Offer,
    Organization,
    StateReason,
    User,
    WorkItem,
    WorkKind,
)
from inbox import absence, roster
from inbox.actions.presence import choose_return, come_back, set_presence
from inbox.routing.availability import ASYNC, CLASSES, LIVE, NOT_RESPONDING, available, class_of, miss
from realtime import presence
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def acme() -> Organization:
    """An organization."""
    return factories.organization("Acme")


def here(of: Organization, *people: User) -> None:
    """Give these people a connection."""
    presence.store().hold([(f"here:{of.pk}", f"{person.pk}/1") for person in people], 20)


def says(of: Organization, person: User, state: str, reason: str = "", **more: bool) -> AgentState:
    """Have somebody who is here say their state."""
    here(of, person)
    return set_presence(factories.viewer(person, of), state, reason, **more)


def history(of: Organization, person: User) -> list[tuple[str, str, dict[str, str]]]:
    rows = AgentState.objects.within(of).filter(user=person).order_by("since", "pk")
    return [(row.state, row.reason, row.unavailable) for row in rows]


@pytest.mark.parametrize(
    "kind,expected",
    [("voice", "realtime"), ("video", "realtime"), ("chat", "live"), ("email", "async"), ("sms", "async")],
)
def test_each_kind_of_work_has_a_class(kind: str, expected: str) -> None:
    assert class_of(kind) == expected
    assert kind in WorkKind.values


@pytest.mark.parametrize(
    "state,reason,expected",
    [
        ("online", "", set(CLASSES)),
        ("away", "", {ASYNC}),
        ("busy", "", set()),
        ("away", "Lunch", set()),
        ("away", "A word that nobody has set up", {ASYNC}),
        ("busy", "Back office", {LIVE, ASYNC}),
        ("away", "Back office", {ASYNC}),
    ],
)
def test_state_and_reason_say_what_somebody_takes(
    acme: Organization, state: str, reason: str, expected: set[str]
) -> None:
    StateReason.objects.create(organization=acme, state="away", name="Lunch", takes=[])
    StateReason.objects.create(organization=acme, state="busy", name="Back office", takes=[LIVE, ASYNC])
    amal = factories.agent(acme)
    says(acme, amal, state, reason)
    found = available(acme.pk)[amal.pk]
    assert (found.state, found.reason, set(found.classes)) == (state, reason, expected)
    assert (found.online_since is not None) == (state == "online")


def test_nobody_is_available_who_said_nothing_or_is_offline(acme: Organization) -> None:
    silent, gone = factories.agent(acme), factories.agent(acme)
    says(acme, gone, "online")
    says(acme, gone, "offline")
    here(acme, silent)
    assert available(acme.pk) == {}


def test_an_api_token_without_a_socket_is_not_available_and_soon_offline(
    acme: Organization, monkeypatch: pytest.MonkeyPatch
) -> None:
    amal = factories.agent(acme)
    set_presence(factories.viewer(amal, acme), "online")
    monkeypatch.setattr(type(presence.store()), "knows_since", lambda self: 60.0)
    found = available(acme.pk)[amal.pk]
    assert (found.state, found.reason, found.classes) == ("offline", "no connection", frozenset())
    assert not found.keeps("chat")
    absence.retire_all()
    assert available(acme.pk) == {}
    assert history(acme, amal) == [("online", "", {}), ("offline", "", {})]


def test_while_nobody_knows_who_is_here_work_is_kept_and_none_is_given(
    acme: Organization, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a restart, and while Redis is away; those whose sockets are back get work at once."""
    amal, omar = factories.agent(acme), factories.agent(acme)
    set_presence(factories.viewer(amal, acme), "online")
    says(acme, omar, "online")
    monkeypatch.setattr(type(presence.store()), "knows_since", lambda self: 0.0)
    found = available(acme.pk)
    assert (found[amal.pk].state, found[amal.pk].takes("chat"), found[amal.pk].keeps("chat")) == (
        "online",
        False,
        True,
    )
    assert found[omar.pk].takes("chat")
    absence.retire_all()
    assert history(acme, amal) == [("online", "", {})]


def test_who_left_the_organization_is_not_available(acme: Organization) -> None:
    amal = factories.agent(acme)
    says(acme, amal, "online")
    Membership.objects.within(acme).filter(user=amal).update(is_active=False)
    assert available(acme.pk) == {}


def test_another_organization_has_states_of_its_own(acme: Organization) -> None:
    globex = factories.organization("Globex")
    both = factories.agent(acme)
    Membership.objects.create(organization=globex, user=both, role="agent")
    says(acme, both, "online")
    assert available(globex.pk) == {}
    assert set(available(acme.pk)) == {both.pk}


def test_who_does_not_answer_gets_no_more_of_that_class_until_they_say_online_again(
    acme: Organization,
) -> None:
    amal = factories.agent(acme)
    says(acme, amal, "online")
    miss(acme.pk, amal.pk, LIVE)
    miss(acme.pk, amal.pk, LIVE)
    assert available(acme.pk)[amal.pk].classes == {"realtime", ASYNC}
    assert dict(available(acme.pk)[amal.pk].unavailable) == {LIVE: NOT_RESPONDING}
    says(acme, amal, "online", is_repeated=True)
    assert LIVE not in available(acme.pk)[amal.pk].classes
    says(acme, amal, "online")
    assert available(acme.pk)[amal.pk].classes == frozenset(CLASSES)
    assert history(acme, amal) == [
        ("online", "", {}),
        ("online", "", {LIVE: NOT_RESPONDING}),
        ("online", "", {}),
    ]
    told = Event.objects.within(acme).filter(name="agent.state_changed").order_by("seq")
    assert [event.data["agent"]["unavailable"] for event in told] == [{}, {LIVE: NOT_RESPONDING}, {}]


def test_nothing_is_noted_of_somebody_who_is_gone(acme: Organization) -> None:
    amal = factories.agent(acme)
    miss(acme.pk, amal.pk, LIVE)
    says(acme, amal, "offline")
    miss(acme.pk, amal.pk, LIVE)
    assert history(acme, amal) == [("offline", "", {})]


def test_agents_choose_whether_they_come_back_by_themselves(acme: Organization) -> None:
    careful, quick = factories.agent(acme), factories.agent(acme)
    choose_return(factories.viewer(quick, acme), by_itself=True)
    for person in (careful, quick):
        says(acme, person, "online")
        miss(acme.pk, person.pk, LIVE)
        come_back(factories.viewer(person, acme))
    found = available(acme.pk)
    assert LIVE not in found[careful.pk].classes
    assert LIVE in found[quick.pk].classes


def test_a_page_that_comes_back_keeps_the_reason(acme: Organization) -> None:
    amal = factories.agent(acme)
    says(acme, amal, "away", "Lunch")
    says(acme, amal, "away", is_repeated=True)
    assert history(acme, amal) == [("away", "Lunch", {})]


def test_idle_since_is_when_they_came_or_their_last_work_ended(acme: Organization) -> None:
    amal = factories.agent(acme)
    state = says(acme, amal, "online")
    assert available(acme.pk)[amal.pk].idle_since == state.since
    later = now() + timedelta(minutes=1)
    for released_at in (state.since - timedelta(hours=1), later, None):
        work = WorkItem.objects.create(
            organization=acme, conversation=factories.conversation(acme), kind="chat"
        )
        Offer.objects.create(
            organization=acme, work=work, agent=amal, status="accepted", released_at=released_at
        )
    assert available(acme.pk)[amal.pk].idle_since == later


def test_two_hundred_agents_take_as_many_queries_as_two(acme: Organization) -> None:
    administrator = factories.viewer(factories.administrator(acme), acme)
    counts = []
    for many in (2, 198):
        people = [factories.agent(acme, password=None) for _ in range(many)]
        here(acme, *people)
        AgentState.objects.bulk_create(
            AgentState(organization=acme, user=person, state="away", reason="Lunch") for person in people
        )
        available(acme.pk)
        with CaptureQueriesContext(
            connection,
        ) as asked:
            found = available(acme.pk)
        with CaptureQueriesContext(connection) as listed:
            rows = roster.agents(administrator)
        counts.append((len(asked), len(listed)))
    assert len(found) == 200
    assert len(rows) == 201
    assert counts[0] == counts[1]
    assert counts[0][0] <= 3 and counts[0][1] <= 12, counts
