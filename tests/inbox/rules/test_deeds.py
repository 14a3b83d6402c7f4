"""Deeds as anybody may write them: checked and done without a failure, whatever stands in them."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hub.transaction import unit
from inbox.change import Change, lock
from inbox.rules import deed_checks, deeds, triggers
from inbox.rules.verbs import DEEDS
from tests.inbox.desk import Desk

pytestmark = pytest.mark.django_db

values = (
    st.none()
    | st.booleans()
    | st.integers(-5, 50)
    | st.floats(allow_nan=True)
    | st.text(max_size=6)
    | st.lists(st.text(max_size=4) | st.integers(), max_size=3)
)
names = sorted({argument.name for kind in DEEDS.values() for argument in kind.arguments})
written = st.builds(
    lambda do, arguments: {"do": do, **arguments},
    st.sampled_from([*DEEDS, "fly"]) | values,
    st.dictionaries(st.sampled_from(names), values, max_size=5),
)
lists = st.lists(written | values, max_size=4)
few = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


@few
@given(written_down=lists | values, place=st.sampled_from(["rule", "macro"]))
def test_no_deed_makes_the_checks_fail(desk: Desk, written_down: Any, place: str) -> None:
    found = deed_checks.problems(written_down, desk.organization, place=place)
    assert all(isinstance(text, str) and text for text in found)


@few
@given(written_down=lists)
def test_what_is_written_wrongly_is_told_and_not_done(desk: Desk, written_down: list[Any]) -> None:
    conversation = desk.mail("m1").conversation
    with unit():
        change = Change(lock(desk.organization, conversation.pk), None)
        done = deeds.apply(change, written_down, by={"type": "rule", "id": "1", "name": "Any"})
        change.finish()
    assert len(done.did) + len(done.errors) == len(written_down)


@given(values | st.dictionaries(st.sampled_from(["on", "after", "since", "status", "x"]), values))
def test_no_trigger_makes_anything_fail(trigger: Any) -> None:
    problems = triggers.problems(trigger)
    timer, named = triggers.timer_of(trigger), triggers.names_of(trigger)
    assert triggers.in_words(trigger)
    if not problems:
        assert (timer is not None) is not bool(named)
