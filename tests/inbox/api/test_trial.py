"""Policy tests and backtests over the API."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from hub.clock import held_at
from hub.jobs.worker import run_until_idle
from hub.messages import InboundMessage, Party
from hub.models import AgentState, Backtest, Job, PolicyTest, Queue, Role
from inbox.actions.receive import receive
from tests.inbox.api.world import World

pytestmark = pytest.mark.django_db(transaction=True)
MONDAY = "2026-03-02T09:00"


def _given(world: World, **fields: Any) -> dict[str, Any]:
    return {"channel_id": str(world.channel.pk), "at": MONDAY, "address": "ann@example.net", **fields}


@pytest.fixture
def queued(world: World) -> Queue:
    world.channel.queue = world.queue
    world.channel.save()
    return world.queue


def test_a_policy_test_says_at_once_how_it_goes(world: World, queued: Queue) -> None:
    api = world.api(Role.ADMINISTRATOR)
    expected = {"queue_id": str(queued.pk), "priority": "urgent"}
    body = {"name": "Mail", "given": _given(world), "expected": expected}
    made = api.post("policy-tests", body)
    assert made.status_code == 201
    result = made.json()["result"]
    assert not result["passed"]
    assert result["differences"] == [{"what": "priority", "expected": "urgent", "got": "normal"}]
    changed = api.patch(f"policy-tests/{made.json()['id']}", {"expected": {"queue_id": str(queued.pk)}})
    assert changed.json()["result"]["passed"]


def test_tests_run_again_when_a_setting_changes(world: World, queued: Queue) -> None:
    api = world.api(Role.ADMINISTRATOR)
    PolicyTest.objects.within(world.organization).delete()
    rule = {
        "name": "Everything is urgent",
        "trigger": {"on": ["conversation.created"]},
        "conditions": {},
        "actions": [{"do": "set_priority", "priority": "urgent"}],
    }
    body = {"name": "Mail", "given": _given(world), "expected": {"priority": "normal"}}
    assert api.post("policy-tests", body).json()["result"]["passed"]
    assert api.post("rules", rule).status_code == 201
    run_until_idle()
    (test,) = api.get("policy-tests").json()["items"]
    assert test["result"]["differences"] == [{"what": "priority", "expected": "normal", "got": "urgent"}]
    assert test["result"]["outcome"]["rules"] == ["Everything is urgent"]


def test_what_cannot_be_tested_is_refused_in_words(world: World) -> None:
    api = world.api(Role.ADMINISTRATOR)
    refused = api.post("policy-tests", {"name": "Mail", "given": _given(world), "expected": {}})
    assert refused.status_code == 422
    assert refused.json()["errors"] == {"expected": ["Say what should come out, such as the queue."]}


def test_only_administrators_try_settings(world: World) -> None:
    for role in (Role.AGENT, Role.SUPERVISOR):
        assert world.api(role).get("policy-tests").status_code == 403
        assert world.api(role).get("backtests").status_code == 403


def test_a_backtest_replays_the_past_and_changes_nothing(world: World, queued: Queue) -> None:
    Backtest.objects.within(world.organization).delete()
    begins = datetime(2026, 3, 2, 8, tzinfo=UTC)
    agent = world.people[Role.AGENT]
    AgentState.objects.create(
        organization=world.organization,
        user=agent,
        state="online",
        since=begins,
        until=begins + timedelta(hours=8),
    )
    for number in range(6):
        with held_at(begins + timedelta(minutes=number)):
            said = InboundMessage(f"m{number}", Party("email", f"c{number}@example.net"), text="Hello")
            receive(world.channel, said)
    api = world.api(Role.ADMINISTRATOR)
    body = {
        "begins_at": "2026-03-02T00:00:00Z",
        "ends_at": "2026-03-03T00:00:00Z",
        "change": {"extra_agents": 2, "queues": {str(queued.pk): {"service_level_seconds": 5}}},
    }
    started = api.post("backtests", body)
    assert started.status_code == 201, started.content
    assert api.post("backtests", {**body, "change": {"extra_agents": 1}}).status_code == 409
    run_until_idle()
    done = api.get(f"backtests/{started.json()['id']}").json()
    assert (done["state"], done["error"]) == ("done", "")
    assert done["done"] == done["total"] > 0
    result = done["result"]
    assert result["before"]["arrived"] == result["after"]["arrived"] == result["observed"]["arrived"] == 6
    assert len(result["agents"]) >= 3
    queued.refresh_from_db()
    assert queued.service_level_seconds != 5
    assert world.organization.last_conversation_number >= 0


@pytest.mark.parametrize(
    "change, reason",
    [
        ({}, "Change something"),
        ({"weather": {}}, "“weather” cannot be tried"),
        ({"queues": {"01890a5d-ac96-774b-bcce-b302099a8057": {"name": "x"}}}, "no such queue"),
        ({"queues": 5}, "This is no change"),
        ({"extra_agents": -1}, "0 to 200"),
    ],
)
def test_a_change_that_makes_no_sense_is_refused(world: World, change: Any, reason: str) -> None:
    Backtest.objects.within(world.organization).delete()
    body = {"begins_at": "2026-03-02T00:00:00Z", "ends_at": "2026-03-03T00:00:00Z", "change": change}
    refused = world.api(Role.ADMINISTRATOR).post("backtests", body)
    assert refused.status_code == 422
    assert reason in str(refused.json()["errors"])


def test_a_cancelled_backtest_stays_cancelled(world: World) -> None:
    api = world.api(Role.ADMINISTRATOR)
    cancelled = api.post(f"backtests/{world.backtest.pk}/cancel")
    assert cancelled.json()["state"] == "cancelled"
    run_until_idle()
    assert api.get(f"backtests/{world.backtest.pk}").json()["state"] == "cancelled"
    assert not Job.objects.filter(name="inbox.backtest").exists()
