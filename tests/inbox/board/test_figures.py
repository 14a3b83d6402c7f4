"""The figures over whole days: equal to the tables, to the log alone, and after any interruption."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hub.clock import held_at
from hub.models import Conversation, Event, EventCounter, WorkItem
from hub.transaction import unit
from hub.viewer import Viewer
from inbox import payloads
from inbox.board import boards, drill, shapes
from inbox.board.figures import Contact, tally
from realtime import events
from tests import factories
from tests.inbox.board.floor import Floor, State, at

pytestmark = pytest.mark.django_db

PROMISED = ("voice", "video", "chat")
Act = tuple[str, int, int, float]

acts = st.lists(
    st.tuples(
        st.sampled_from(
            ["enqueue", "offer", "accept", "decline", "move", "back", "finish", "abandon", "say"]
        ),
        st.integers(0, 7),
        st.integers(0, 5),
        st.floats(0.0, 1800.0, allow_nan=False).map(lambda seconds: round(seconds, 3)),
    ),
    max_size=30,
)
KINDS = ("chat", "voice", "email", "chat", "sms", "chat")


def live(floor: Floor) -> dict[str, Any]:
    """Every queue's figures as the board has them."""
    with boards.current(floor.organization.pk) as board:
        return {str(row.pk): shapes.queue(board, str(row.pk)) for row in floor.queues}


def play(floor: Floor, history: Sequence[Act], begins: datetime) -> datetime:
    """Let a history happen from a moment on; acts that make no sense there do not; returns when it ends."""
    moment = begins
    for act, which, other, pause in history:
        moment += timedelta(seconds=pause)
        with held_at(moment):
            _act(floor, act, which, other)
    return moment


def _act(floor: Floor, act: str, which: int, other: int) -> None:
    queue, agent = other % len(floor.queues), other % len(floor.agents)
    if act == "enqueue":
        floor.enqueue(KINDS[other], queue)
    if act == "say":
        floor.say(agent, ("online", "away", "busy", "offline")[which % 4])
    living = [row for row in floor.work if not row.is_over]
    if not living:
        return
    row = living[which % len(living)]
    match act, row.state:
        case "offer", State.QUEUED:
            floor.offer(row, agent)
        case "decline", State.OFFERED:
            floor.decline(row.offers.get(status="pending"))
        case "accept", State.OFFERED:
            offer = row.offers.get(status="pending")
            offer.work = row
            floor.accept_offer(offer)
        case "accept", State.QUEUED:
            floor.accept(row, agent)
        case "back", State.ACTIVE:
            floor.put_back(row)
        case "move", State.QUEUED:
            floor.move(row, queue)
        case "finish", State.ACTIVE:
            floor.end(row)
        case "abandon", State.QUEUED:
            floor.end(row, State.ABANDONED)


def reckoned(floor: Floor, queue_id: Any, moment: datetime, midnight: datetime) -> dict[str, Any]:
    """A queue's figures out of the tables, by other means than the board's."""
    rows = list(WorkItem.objects.within(floor.organization).filter(queue_id=queue_id))
    states = [row.state for row in rows]
    waits = [
        (row.first_accepted_at - row.queued_at).total_seconds()
        for row in rows
        if row.kind in PROMISED
        and row.first_accepted_at
        and row.first_accepted_at >= midnight
        and row.first_accepted_at > row.queued_at
    ]
    gone = [
        (row.kind, (row.ended_at - row.queued_at).total_seconds())
        for row in rows
        if row.state == State.ABANDONED and row.ended_at and row.ended_at >= midnight
    ]
    lost = sum(kind in PROMISED and wait > 60 for kind, wait in gone)
    in_time = sum(wait <= 60 for wait in waits)
    ages = [moment - row.queued_at for row in rows if row.state in (State.QUEUED, State.OFFERED)]
    return {
        "waiting": states.count(State.QUEUED),
        "offered": states.count(State.OFFERED),
        "active": states.count(State.ACTIVE),
        "longest_wait_seconds": int(max(ages, default=timedelta()).total_seconds()),
        "abandoned": len(gone),
        "answered": len(waits),
        "service_level": round(in_time / (len(waits) + lost), 4) if waits or lost else 1.0,
        "average_speed_of_answer_seconds": pytest.approx(
            sum(waits) / len(waits) if waits else 0.0, abs=0.002
        ),
    }


def assert_equal_to_the_tables(floor: Floor, moment: datetime, midnight: datetime) -> None:
    found = live(floor)
    for queue in floor.queues:
        expected = reckoned(floor, queue.pk, moment, midnight)
        assert {key: found[str(queue.pk)][key] for key in expected} == expected


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(before=acts, after=acts)
def test_a_generated_day_equals_the_tables_at_each_look_and_after_a_restart(
    db: None, before: list[Act], after: list[Act]
) -> None:
    floor = Floor.open(queues=2)
    # Of what was queued twice, or in two places, the tables remember only the last.
    before, after = ([act for act in acts if act[0] not in ("move", "back")] for acts in (before, after))
    moment = play(floor, before, at(0))
    with held_at(moment):
        assert_equal_to_the_tables(floor, moment, _midnight(moment))
    moment = play(floor, after, moment)
    with held_at(moment):
        assert_equal_to_the_tables(floor, moment, _midnight(moment))
        carried_on = _everything(floor)
        boards.forget(floor.organization.pk)
        assert _everything(floor) == carried_on


def _midnight(moment: datetime) -> datetime:
    return moment.replace(hour=0, minute=0, second=0, microsecond=0)


def _everything(floor: Floor) -> dict[str, Any]:
    with boards.current(floor.organization.pk) as board:
        return shapes.whole(board)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(history=acts)
def test_service_level_and_speed_of_answer_follow_from_the_log_alone(db: None, history: list[Act]) -> None:
    floor = Floor.open(queues=2)
    viewer = factories.viewer(floor.agents[0], floor.organization)
    moment = play(floor, history, at(8))
    with held_at(moment):
        if moment >= at(24):
            return
        expected = _from_the_log(floor, viewer)
        for queue_id, figures in live(floor).items():
            level, speed = expected.get(queue_id, (1.0, 0.0))
            assert figures["service_level"] == pytest.approx(level, abs=0.0001)
            assert figures["average_speed_of_answer_seconds"] == pytest.approx(speed, abs=0.002)


def _from_the_log(floor: Floor, viewer: Viewer) -> dict[str, tuple[float, float]]:
    """Service level and speed of answer by queue, of nothing but what GET /events answers."""
    waits: dict[str, list[float]] = {}
    lost: dict[str, int] = {}
    seen = set()
    for event in events.since(floor.organization, 0, 10_000, viewer):
        work = event["data"].get("work") if event["event"] == "work.updated" else None
        if work is None or work["kind"] not in PROMISED or _stay(work) in seen:
            continue
        queued_at = datetime.fromisoformat(work["queued_at"])
        if work["state"] == "active":
            seen.add(_stay(work))
            accepted_at = datetime.fromisoformat(work["accepted_at"])
            if accepted_at == queued_at:
                continue
            waits.setdefault(work["queue_id"], []).append((accepted_at - queued_at).total_seconds())
        elif work["state"] == "abandoned":
            seen.add(_stay(work))
            is_late = (datetime.fromisoformat(event["at"]) - queued_at).total_seconds() > 60
            lost[work["queue_id"]] = lost.get(work["queue_id"], 0) + is_late
    return {
        key: (
            sum(wait <= 60 for wait in waits.get(key, [])) / counted
            if (counted := len(waits.get(key, [])) + lost.get(key, 0))
            else 1.0,
            sum(waits[key]) / len(waits[key]) if key in waits else 0.0,
        )
        for key in {*waits, *lost}
    }


def _stay(work: dict[str, Any]) -> tuple[str, str]:
    """One time that something was queued."""
    return work["id"], work["queued_at"]


def test_short_abandons_are_no_broken_promise_and_mail_is_no_contact() -> None:
    def contact(outcome: Any, wait: float, kind: str = "chat") -> Contact:
        return Contact("w", "c", "q", kind, outcome, 0.0, wait)

    found = tally(
        [
            contact("answered", 10),
            contact("answered", 90),
            contact("abandoned", 59),
            contact("abandoned", 61),
            contact("answered", 40_000, "email"),
        ],
        60,
    )
    assert (found.answered, found.in_time, found.abandoned, found.lost) == (2, 1, 2, 1)
    assert found.service_level == pytest.approx(1 / 3)
    assert found.average_speed_of_answer == 50


def test_promises_are_at_risk_when_they_are_near_over_or_foretold() -> None:
    floor = Floor.open()
    queue = floor.queues[0]
    with held_at(at(9)):
        live(floor)
        rows = [factories.conversation(floor.organization, queue=queue) for _ in range(4)]
        for row, minutes in zip(rows, (-5, 8, 40, 300), strict=True):
            _promise(floor, row, at(9, minutes) if minutes >= 0 else at(8, 60 + minutes))
        with unit():
            data = {"conversation_id": str(rows[3].pk), "clock": "first_reply", "reason": "9th in line."}
            events.append(floor.organization, "sla.warning", data)
        (figures,) = live(floor).values()
        assert (figures["sla_at_risk"], figures["sla_breached"]) == (3, 1)
        with boards.current(floor.organization.pk) as board:
            listed = [(one["number"], one["warning"]) for one in shapes.at_risk(board)]
            assert board.next_change() == at(9, 1).timestamp()
        assert listed == [(rows[0].number, ""), (rows[1].number, ""), (rows[3].number, "9th in line.")]
    with held_at(at(9, 30)):
        (figures,) = live(floor).values()
        assert (figures["sla_at_risk"], figures["sla_breached"]) == (4, 2)
        boards.forget(floor.organization.pk)
        (figures,) = live(floor).values()
        # The prediction was told, not kept: this test has no clocks.
        assert (figures["sla_at_risk"], figures["sla_breached"]) == (3, 2)


def _promise(floor: Floor, row: Conversation, due_at: datetime) -> None:
    """Give a conversation a promise, and tell."""
    row.sla_due_at = due_at
    row.sla = {
        "clock": "first_reply",
        "state": "active",
        "started_at": payloads.moment(at(8)),
        "due_at": payloads.moment(due_at),
        "target_seconds": 3600,
    }
    with unit():
        row.save()
        (shape,) = payloads.conversations([row])
        data = {"conversation_id": str(row.pk), "conversation": shape}
        events.append(floor.organization, "conversation.updated", data, conversation=row)


def test_an_event_that_nobody_understands_hides_no_other() -> None:
    floor = Floor.open()
    assert [figures["waiting"] for figures in live(floor).values()] == [0]
    with unit():
        events.append(floor.organization, "work.updated", {"work": {"id": "strange"}})
    floor.enqueue()
    assert [figures["waiting"] for figures in live(floor).values()] == [1]


def test_nothing_yet_is_a_kept_promise() -> None:
    floor = Floor.open()
    (figures,) = live(floor).values()
    assert (figures["service_level"], figures["average_speed_of_answer_seconds"]) == (1.0, 0.0)
    assert (figures["waiting"], figures["longest_wait_seconds"]) == (0, 0)


def test_the_day_begins_at_midnight_of_the_organizations_own_zone() -> None:
    floor = Floor.open(time_zone="Asia/Tokyo")
    with held_at(at(14, 30)):
        chat = floor.enqueue()
    with held_at(at(14, 50)):
        floor.accept(chat)
        assert [figures["answered"] for figures in live(floor).values()] == [1]
    with held_at(at(15, 1)):
        assert [figures["answered"] for figures in live(floor).values()] == [0]
        boards.forget(floor.organization.pk)
        (figures,) = live(floor).values()
        assert (figures["answered"], figures["active"]) == (0, 1)


def test_what_waits_since_before_the_logs_reach_is_counted_with_its_whole_age() -> None:
    floor = Floor.open()
    with held_at(at(-80)):
        floor.enqueue("email", is_told=False)
    with held_at(at(8)):
        (figures,) = live(floor).values()
        assert (figures["waiting"], figures["longest_wait_seconds"]) == (1, 88 * 3600)
        floor.accept(floor.work[0])
        (figures,) = live(floor).values()
        assert (figures["waiting"], figures["active"], figures["answered"]) == (0, 1, 0)


def test_a_log_that_began_anew_is_read_anew() -> None:
    floor = Floor.open()
    chat = floor.enqueue()
    assert [figures["waiting"] for figures in live(floor).values()] == [1]
    Event.objects.within(floor.organization).delete()
    EventCounter.objects.within(floor.organization).update(seq=0, epoch="another")
    floor.end(chat, State.ABANDONED)
    (figures,) = live(floor).values()
    assert (figures["waiting"], figures["abandoned"]) == (0, 1)


def test_members_alone_are_counted_among_a_queues_agents() -> None:
    floor = Floor.open(agents=3)
    queue = floor.queues[0]
    queue.is_open_to_all = False
    queue.team = factories.team(floor.organization, *floor.agents[:2])
    queue.save()
    for agent, state in enumerate(("online", "busy", "online")):
        floor.say(agent, state)
    (figures,) = live(floor).values()
    assert figures["agents"] == {"online": 1, "away": 0, "busy": 1}
    floor.say(0, "away", "Lunch")
    (figures,) = live(floor).values()
    assert figures["agents"] == {"online": 0, "away": 1, "busy": 1}


def test_agents_are_shown_with_what_rings_and_what_they_are_on() -> None:
    floor = Floor.open()
    with held_at(at(9)):
        floor.say(0, "online")
        chat, call = floor.enqueue(), floor.enqueue("voice")
        floor.accept(chat)
        offer = floor.offer(call)
    with boards.current(floor.organization.pk) as board:
        first, second = shapes.agents(board)
    assert [(work["kind"], work["state"]) for work in first["work"]] == [
        ("chat", "active"),
        ("voice", "offered"),
    ]
    assert first["work"][0]["number"] == chat.conversation.number
    assert (first["load"], second["load"], second["state"]) == (130, 0, "offline")
    floor.decline(offer)
    with boards.current(floor.organization.pk) as board:
        first, _ = shapes.agents(board)
    assert [work["kind"] for work in first["work"]] == ["chat"]


def test_the_hour_is_told_minute_by_minute() -> None:
    floor = Floor.open()
    with held_at(at(9, 0, 30)):
        first = floor.enqueue()
    with held_at(at(9, 2, 30)):
        floor.enqueue()
    with held_at(at(9, 4, 30)):
        floor.accept(first)
    expected = [0] * 55 + [1, 1, 2, 2, 1, 1]
    for _ in range(2):
        with held_at(at(9, 5, 10)), boards.current(floor.organization.pk) as board:
            assert shapes.histories(board)[str(floor.queues[0].pk)] == expected
        boards.forget(floor.organization.pk)


def test_each_figure_opens_the_conversations_that_it_counts() -> None:
    floor = Floor.open(queues=2)
    with held_at(at(9)):
        waits, rings, active, late, gone = (floor.enqueue() for _ in range(5))
        elsewhere = floor.enqueue(queue=1)
    with held_at(at(9, 0, 30)):
        floor.offer(rings)
        floor.accept(active)
        floor.turn(elsewhere, State.QUEUED, stuck_reason="Nobody has Spanish ≥ 7")
    with held_at(at(9, 2)):
        floor.accept(late, agent=1)
        floor.end(gone, State.ABANDONED)
        expected = {
            "waiting": [waits, elsewhere],
            "unanswered": [waits, rings, elsewhere],
            "offered": [rings],
            "active": [active, late],
            "stuck": [elsewhere],
            "answered": [late, active],
            "late": [late, gone],
            "abandoned": [gone],
            "sla_at_risk": [],
        }
        with boards.current(floor.organization.pk) as board:
            for figure in drill.FIGURES:
                found = [row["number"] for row in drill.conversations(board, figure)]
                assert sorted(found) == sorted(row.conversation.number for row in expected[figure]), figure
            own = drill.conversations(board, "waiting", str(floor.queues[1].pk), "chat")
            assert [row["stuck_reason"] for row in own] == ["Nobody has Spanish ≥ 7"]
            assert [row["number"] for row in shapes.stuck(board)] == [elsewhere.conversation.number]
