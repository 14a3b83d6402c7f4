"""The clocks as a pure fold: what starts, holds and stops each, and that portions make no difference."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from hub.models import SlaClock
from inbox.sla.clocks import Clock, Fold, Rules, fold
from inbox.sla.facts import Fact, Start
from tests.inbox.sla.promised import MINUTE, MONDAY

State = SlaClock.State
NEW = Start("new", "normal", "", "")
BOTH = Rules(frozenset({"pending", "snoozed"}))


def history(*steps: str) -> list[Fact]:
    """Facts a minute apart out of words: "customer", "status open pending", "queue a b by customer"."""
    found = []
    for number, step in enumerate(steps):
        words, _, by = step.partition(" by ")
        name, was, value = (*words.split(" "), "", "")[:3]
        value, was = ("" if value == "-" else value), ("" if was == "-" else was)
        found.append(Fact(number + 1, MONDAY + number * MINUTE, name, value, was, by))
    return found


def folded(*steps: str, rules: Rules = BOTH, start: Start = NEW) -> dict[str, Clock]:
    found = fold(history(*steps), rules, start)
    return {
        f"{clock.kind}{f' {clock.about}' if clock.about else ''} {clock.occurrence}": clock
        for clock in found.all
    }


def minutes(clock: Clock) -> tuple[float, float | None]:
    """When it started and ended, in minutes after the first fact."""
    ended = None if clock.ended_at is None else (clock.ended_at - MONDAY) / MINUTE
    return (clock.started_at - MONDAY) / MINUTE, ended


def standing(clock: Clock) -> list[tuple[float, float | None]]:
    """When it stood still."""
    return [
        ((s.start - MONDAY) / MINUTE, None if s.end is None else (s.end - MONDAY) / MINUTE)
        for s in clock.segments
        if not s.is_running
    ]


def test_the_first_reply_runs_from_the_first_customer_item_to_a_person() -> None:
    found = folded("customer", "customer", "noted", "person")
    assert minutes(found["first_reply 1"]) == (0, 3)
    assert found["first_reply 1"].state == State.FULFILLED
    assert "next_reply 1" not in found


def test_the_next_reply_runs_from_the_first_unanswered_item_and_repeats() -> None:
    found = folded("customer", "person", "customer", "customer", "person", "customer")
    assert minutes(found["next_reply 1"]) == (2, 4)
    assert minutes(found["next_reply 2"]) == (5, None)


def test_a_bot_counts_only_where_the_policy_says_so() -> None:
    assert folded("customer", "bot")["first_reply 1"].is_live
    counted = folded("customer", "bot", "customer", rules=Rules(do_bots_count=True))
    assert minutes(counted["first_reply 1"]) == (0, 1)
    assert counted["next_reply 1"].is_live


def test_reopening_after_a_bot_alone_starts_the_first_reply_again() -> None:
    steps = ("customer", "bot", "status open resolved", "customer", "status resolved open by customer")
    found = folded(*steps, rules=Rules(do_bots_count=True))
    assert minutes(found["first_reply 2"]) == (3, None)
    after_a_person = folded("customer", "person", *steps[2:])
    assert "first_reply 2" not in after_a_person
    assert after_a_person["next_reply 1"].is_live


def test_closing_without_an_answer_cancels_and_our_own_reopening_goes_on() -> None:
    closed = folded("customer", "status new resolved")
    assert closed["first_reply 1"].state == State.CANCELLED
    again = folded("customer", "status new resolved", "status resolved open by agent")
    assert again["first_reply 1"].state == State.ACTIVE
    assert standing(again["first_reply 1"]) == [(1, 2)]
    by_customer = folded("customer", "status new resolved", "customer", "status resolved open by customer")
    assert by_customer["first_reply 1"].state == State.CANCELLED
    assert minutes(by_customer["first_reply 2"]) == (2, None)


def test_the_update_runs_between_our_items_and_waits_while_the_customer_has_the_word() -> None:
    found = folded("customer", "person", "status open pending", "customer", "status pending open", "person")
    assert minutes(found["update 1"]) == (1, 5)
    assert standing(found["update 1"]) == [(2, 4)]
    assert minutes(found["update 2"]) == (5, None)


def test_a_customer_resumes_a_paused_clock_at_that_instant() -> None:
    facts = history("customer", "person", "status open pending", "customer")
    facts.append(Fact(5, facts[-1].at, "status", "open", "pending", "customer"))
    found = {clock.kind: clock for clock in fold(facts, BOTH, NEW).all}
    assert standing(found["resolution"]) == [(2, 3)]
    assert found["resolution"].state == State.ACTIVE
    assert found["resolution"].segments[-1].reason == "the customer wrote"


def test_snoozing_stands_still_only_if_the_policy_says_so() -> None:
    steps = ("customer", "status open snoozed", "status snoozed open")
    for kind in ("resolution 1", "agent_work 1"):
        assert standing(folded(*steps, rules=Rules())[kind]) == []
        assert standing(folded(*steps, rules=Rules(frozenset({"snoozed"})))[kind]) == [(1, 2)]
    assert standing(folded(*steps)["requester_wait 1"]) == []


def test_pending_holds_resolution_only_if_the_policy_says_so_and_our_work_always() -> None:
    steps = ("customer", "status open pending")
    found = folded(*steps, rules=Rules())
    assert standing(found["resolution 1"]) == []
    assert standing(found["agent_work 1"]) == standing(found["requester_wait 1"]) == [(1, None)]
    assert standing(folded(*steps)["resolution 1"]) == [(1, None)]


def test_reopening_resumes_resolution_and_adds_up() -> None:
    found = folded("customer", "status open closed", "customer", "status closed open by customer", "noted")
    for kind in ("resolution 1", "agent_work 1", "requester_wait 1"):
        assert minutes(found[kind]) == (0, None)
        assert standing(found[kind]) == [(1, 3)]
    assert not any(name.endswith("resolution 2") for name in found)


def test_ownership_is_per_stay() -> None:
    found = folded(
        "customer",
        "queue a b",
        "queue b a",
        "team - t",
        "status open resolved",
        start=NEW._replace(queue="a"),
    )
    assert minutes(found["ownership queue:a 1"]) == (0, 1)
    assert minutes(found["ownership queue:b 1"]) == (1, 2)
    assert minutes(found["ownership queue:a 2"]) == (2, 4)
    assert minutes(found["ownership team:t 1"]) == (3, 4)


def test_two_pauses_that_begin_in_the_same_minute_are_two() -> None:
    at = MONDAY
    facts = [
        Fact(1, at, "customer"),
        Fact(2, at + timedelta(seconds=1), "status", "pending", "open"),
        Fact(3, at + timedelta(seconds=11), "status", "open", "pending"),
        Fact(4, at + timedelta(seconds=20), "status", "pending", "open"),
        Fact(5, at + timedelta(seconds=45), "status", "open", "pending"),
    ]
    (clock,) = [clock for clock in fold(facts, BOTH, NEW).all if clock.kind == "resolution"]
    lengths = [s.end - s.start for s in clock.segments if not s.is_running and s.end]
    assert sum(lengths, timedelta()) == timedelta(seconds=35)


STEPS = st.sampled_from(
    [
        "customer",
        "person",
        "bot",
        "noted",
        *(f"status {s}" for s in ("open", "pending", "snoozed", "resolved", "closed")),
        *("priority high", "priority urgent", "queue a", "queue b", "queue -", "team t", "team -"),
    ]
)


@st.composite
def histories(draw: Any) -> list[Fact]:
    """Anything that may happen, several things at one instant too, each told with what it was before."""
    facts: list[Fact] = []
    now = {"status": "new", "priority": "normal", "queue": "", "team": ""}
    at: datetime = MONDAY
    for number, (step, gap) in enumerate(draw(st.lists(st.tuples(STEPS, st.integers(0, 3)), max_size=40))):
        at += gap * timedelta(seconds=7)
        name, _, value = step.partition(" ")
        value = "" if value == "-" else value
        by = draw(st.sampled_from(["agent", "customer", "clock"])) if name == "status" else ""
        facts.append(Fact(number + 1, at, name, value, now.get(name, ""), by))
        if name in now:
            now[name] = value
    return facts


def shown(clocks: Sequence[Clock]) -> list[str]:
    return sorted(
        f"{c.key} {c.state} {c.priority} {c.started_at} {c.ended_at} {c.ended_seq} {c.outcome} {c.segments}"
        for c in clocks
    )


RULES = st.builds(Rules, st.frozensets(st.sampled_from(["pending", "snoozed"]), max_size=2), st.booleans())


@settings(max_examples=300, deadline=None)
@given(histories(), RULES, st.lists(st.integers(0, 40), max_size=6))
def test_portions_make_no_difference(facts: list[Fact], rules: Rules, cuts: list[int]) -> None:
    whole = fold(facts, rules, NEW)
    ended: list[Clock] = []
    piece = Fold(rules, NEW)
    for first, last in zip([0, *sorted(cuts)], [*sorted(cuts), len(facts)], strict=True):
        piece.feed(facts[first:last])
        ended += piece.ended
        piece = Fold.of_state(rules, piece.state())
    assert shown([*ended, *piece.clocks.values()]) == shown(whole.all)
    assert piece.state() == whole.state()


@settings(max_examples=300, deadline=None)
@given(histories(), RULES)
def test_clocks_are_well_formed(facts: list[Fact], rules: Rules) -> None:
    found = fold(facts, rules, NEW)
    keys = [clock.key for clock in found.all]
    assert len(keys) == len(set(keys))
    for clock in found.all:
        assert clock.segments[0].start == clock.started_at
        assert clock.segments[-1].end == clock.ended_at
        for one, following in zip(clock.segments, clock.segments[1:], strict=False):
            assert one.end == following.start
        assert clock.is_live == (clock.state in (State.ACTIVE, State.PAUSED))
        assert clock.segments[-1].is_running or clock.state != State.ACTIVE
    owed = [clock for clock in found.all if clock.is_live and clock.kind in ("first_reply", "next_reply")]
    assert len(owed) <= 1
    if found.status in ("resolved", "closed") and facts and facts[-1].name == "status":
        assert all(not c.is_live or c.kind in ("first_reply", "next_reply", "update") for c in found.all)


@settings(max_examples=200, deadline=None)
@given(histories(), RULES)
def test_what_nobody_said_changes_nothing(facts: list[Fact], rules: Rules) -> None:
    """Automatic mail, notes and other lines start nothing and stop nothing."""
    spoken = [fact for fact in facts if fact.name != "noted"]
    if facts and spoken[:1] == facts[:1]:
        assert shown(fold(facts, rules, NEW).all) == shown(fold(spoken, rules, NEW).all)
