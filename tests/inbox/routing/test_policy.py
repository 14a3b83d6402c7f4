"""Who is preferred, as a pure function."""

from datetime import timedelta
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from hub.models import NEVER
from inbox.routing import policy
from inbox.routing.availability import CLASSES
from inbox.routing.capacity import WEIGHTS, Load
from inbox.routing.policy import Agent, Demand, Requirement
from tests.inbox.routing.floor import BEGIN


def _agent(name: str, **fields: object) -> Agent:
    usual = {"classes": frozenset(CLASSES), "weights": WEIGHTS, "idle_since": BEGIN}
    return Agent(id=name, name=name, **{**usual, **fields})  # type: ignore[arg-type]


def _order(demand: Demand, *agents: Agent) -> list[str]:
    return [one.agent.name for one in policy.rank(demand, agents) if one.verdict != policy.PASSED_OVER]


def _reason(demand: Demand, agent: Agent) -> str:
    (found,) = policy.rank(demand, [agent])
    assert found.verdict == policy.PASSED_OVER
    return found.reason


def test_the_most_room_comes_first_then_the_longest_idle_then_the_id() -> None:
    chat = Demand("chat")
    later = BEGIN + timedelta(minutes=1)
    busy, idle = _agent("busy", load=Load(30)), _agent("idle", idle_since=BEGIN)
    fresh, twin = _agent("fresh", idle_since=later), _agent("idler", idle_since=BEGIN)
    assert _order(chat, busy, fresh, twin, idle) == ["idle", "idler", "fresh", "busy"]


def test_who_knows_the_customer_comes_before_all_others() -> None:
    assert _order(Demand("chat", sticky="b"), _agent("a"), _agent("b", load=Load(60))) == ["b", "a"]


def test_mail_takes_no_room_from_calls_and_chats_but_they_do_from_mail() -> None:
    with_mails, on_a_call = _agent("with mails", load=Load(0, 100)), _agent("on a call", load=Load(100))
    assert _order(Demand("voice"), with_mails, on_a_call) == ["with mails"]
    assert _order(Demand("chat"), with_mails, on_a_call) == ["with mails"]
    assert _order(Demand("email"), with_mails, on_a_call) == []
    three_chats = _agent("three chats", load=Load(90))
    assert _order(Demand("chat"), three_chats) == []
    assert _order(Demand("email"), three_chats) == ["three chats"]
    assert _reason(Demand("chat"), three_chats) == "has no room: 10 % left, 30 % needed"


def test_each_is_passed_over_with_a_reason_in_words() -> None:
    spanish = Demand("chat", (Requirement("s", 7, "Spanish"),))
    assert _reason(spanish, _agent("a", skills={"s": 4})) == "has Spanish 4, Spanish ≥ 7 is asked for"
    assert _reason(spanish, _agent("a")) == "does not have Spanish, Spanish ≥ 7 is asked for"
    chat = Demand("chat")
    assert _reason(chat, _agent("a", is_member=False)) == "is not a member of the queue"
    assert _reason(chat, _agent("a", state="offline")) == "is offline"
    away = _agent("a", state="away", state_reason="Lunch", classes=frozenset({"async"}))
    assert _reason(chat, away) == "is away (Lunch) and gets no chats"
    missed = _agent("a", classes=frozenset({"async"}), unavailable={"live": "not responding"})
    assert _reason(chat, missed) == "is online (not responding) and gets no chats"
    kept = Demand("chat", sticky="b", waits_for_sticky=True)
    assert "last agent" in _reason(kept, _agent("a"))


def test_a_further_teams_members_may_take_it() -> None:
    outsider = _agent("a", is_member=False, teams=frozenset({"t"}))
    assert _order(Demand("chat", teams=frozenset({"t"})), outsider) == ["a"]


def test_who_was_just_asked_is_skipped_while_somebody_else_is_there_free_or_not() -> None:
    asked = Demand("chat", skipped={"a": "declined it a moment ago"})
    assert _order(asked, _agent("a")) == ["a"]
    assert _order(asked, _agent("a"), _agent("b", load=Load(100))) == []
    assert _order(asked, _agent("a"), _agent("b")) == ["b"]
    assert _order(asked, _agent("a"), _agent("b", is_member=False)) == ["a"]


def test_items_are_ranked_by_priority_promise_and_wait() -> None:
    soon = BEGIN + timedelta(hours=1)
    ranks = [
        policy.order_of_items(0, NEVER, BEGIN, "f"),
        policy.order_of_items(1, soon, soon, "e"),
        policy.order_of_items(1, NEVER, BEGIN, "d"),
        policy.order_of_items(1, NEVER, soon, "b"),
        policy.order_of_items(1, NEVER, soon, "c"),
    ]
    assert sorted(ranks) == ranks


@st.composite
def _floors(draw: st.DrawFn) -> tuple[Demand, list[Agent]]:
    kinds, names = st.sampled_from(sorted(WEIGHTS)), list("abcdef")
    agents = [
        _agent(
            name,
            state=draw(st.sampled_from(["online", "away", "offline"])),
            classes=frozenset(draw(st.sets(st.sampled_from(CLASSES)))),
            is_member=draw(st.booleans()),
            skills=draw(st.dictionaries(st.sampled_from("xy"), st.integers(1, 10))),
            load=Load(draw(st.integers(0, 120)), draw(st.integers(0, 120))),
            idle_since=BEGIN + timedelta(seconds=draw(st.integers(0, 3))),
        )
        for name in names
    ]
    asked = draw(st.lists(st.builds(Requirement, st.sampled_from("xy"), st.integers(1, 10)), max_size=1))
    skipped = dict.fromkeys(draw(st.sets(st.sampled_from(names))), "was asked")
    return Demand(draw(kinds), tuple(asked), sticky=draw(st.sampled_from(names)), skipped=skipped), agents


@given(_floors(), st.integers())
def test_the_order_of_asking_makes_no_difference_and_nobody_gets_too_much(
    floor: tuple[Demand, list[Agent]], seed: int
) -> None:
    demand, agents = floor
    found = policy.rank(demand, agents)
    shuffled = list(agents)
    Random(seed).shuffle(shuffled)
    assert policy.rank(demand, shuffled) == found
    assert len(found) == len(agents) and all(one.reason for one in found)
    for one in found:
        if one.verdict != policy.PASSED_OVER:
            assert one.agent.state != "offline" and one.agent.is_member
            assert one.agent.load.fits(demand.kind, one.agent.weights)
    assert [one.verdict for one in found].count(policy.CHOSEN) == any(
        one.verdict != policy.PASSED_OVER for one in found
    )
