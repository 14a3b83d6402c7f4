"""The board's routes: what the contract promises, and to whom."""

import pytest

from hub.models import Role
from tests import factories
from tests.inbox.api.world import Caller, token
from tests.inbox.board.floor import Floor

pytestmark = pytest.mark.django_db


def caller(floor: Floor, role: str = Role.SUPERVISOR) -> Caller:
    person = factories.member(floor.organization, role, f"Some {role}")
    return Caller(token(person, floor.organization))


def test_a_queue_answers_what_the_contract_names() -> None:
    floor = Floor.open()
    floor.say(0, "online")
    floor.enqueue()
    floor.accept(floor.enqueue())
    answer = caller(floor, Role.AGENT).get(f"queues/{floor.queues[0].pk}/live")
    assert answer.status_code == 200
    found = answer.json()
    assert (found["waiting"], found["offered"], found["active"], found["abandoned"]) == (1, 0, 1, 0)
    assert isinstance(found["longest_wait_seconds"], int)
    assert (found["service_level"], found["sla_at_risk"]) == (1.0, 0)
    assert found["agents"] == {"online": 1, "away": 0, "busy": 0}
    assert found["kinds"]["chat"]["waiting"] == 1


def test_everything_at_once_is_for_supervisors() -> None:
    floor = Floor.open(queues=3)
    floor.enqueue(queue=2)
    found = caller(floor).get("live").json()
    assert [queue["waiting"] for queue in found["queues"]] == [0, 0, 1]
    assert {agent["name"] for agent in found["agents"]} >= {"Agent 0", "Agent 1"}
    assert all(len(minutes) == 61 for minutes in found["history"].values())
    agent = caller(floor, Role.AGENT)
    assert agent.get("live").status_code == 403
    assert agent.get("live/conversations", figure="waiting").status_code == 403


def test_a_supervisor_says_an_agents_state() -> None:
    floor = Floor.open()
    agent = floor.agents[0].pk
    supervisor = caller(floor)
    answer = supervisor.post(f"agents/{agent}/presence", {"state": "away", "reason": "Training"})
    assert (answer.status_code, answer.json()["state"]) == (200, "away")
    (row,) = [one for one in supervisor.get("live").json()["agents"] if one["id"] == str(agent)]
    assert (row["state"], row["reason"]) == ("away", "Training")
    stranger = Floor.open().agents[0].pk
    assert supervisor.post(f"agents/{stranger}/presence", {"state": "away"}).status_code == 404
    colleague = caller(floor, Role.AGENT)
    assert colleague.post(f"agents/{agent}/presence", {"state": "online"}).status_code == 403


def test_a_figure_opens_its_conversations() -> None:
    floor = Floor.open(queues=2)
    chat = floor.enqueue()
    floor.enqueue(queue=1)
    supervisor = caller(floor)
    (found,) = supervisor.get(
        "live/conversations", figure="waiting", queue_id=str(floor.queues[0].pk)
    ).json()["items"]
    assert (found["number"], found["kind"]) == (chat.conversation.number, "chat")
    assert found["contact"] == "Carla Customer"
    assert supervisor.get("live/conversations", figure="weather").status_code == 422
    other = Floor.open()
    strange = str(other.queues[0].pk)
    assert supervisor.get("live/conversations", figure="waiting", queue_id=strange).status_code == 404
    assert supervisor.get(f"queues/{strange}/live").status_code == 404
