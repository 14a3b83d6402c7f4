"""Agents through the API: states with reasons, skills, capacity, and who sees how somebody works."""

from typing import Any

import pytest

from hub.models import AgentSkill, CapacityPolicy, Event, WorkItem
from inbox.routing.availability import miss
from realtime import presence
from tests import factories as make
from tests.inbox.api.world import Caller, World

pytestmark = pytest.mark.django_db

AT_WORK = {"classes", "capacity", "capacity_policy_id", "skills", "on"}


@pytest.fixture
def admin(world: World) -> Caller:
    return world.api("administrator")


def row(caller: Caller, world: World, role: str = "agent") -> dict[str, Any]:
    """How a caller sees the member of this role."""
    rows = caller.get("agents").json()["items"]
    return next(one for one in rows if one["id"] == str(world.people[role].pk))


def test_supervisors_see_how_everybody_works_and_agents_only_themselves(world: World) -> None:
    agent, supervisor = world.api("agent"), world.api("supervisor")
    assert row(supervisor, world).keys() >= AT_WORK
    assert row(agent, world) == row(supervisor, world)
    assert not row(agent, world, "supervisor").keys() & AT_WORK
    assert row(agent, world, "supervisor")["state"] == "offline"


def test_what_somebody_is_on_takes_of_their_capacity(world: World, api: Caller) -> None:
    agent = world.people["agent"]
    presence.store().hold([(f"here:{world.organization.pk}", f"{agent.pk}/1")], 20)
    api.post("presence", {"state": "online"})
    fields = {"organization": world.organization, "queue": world.queue, "assignee": agent}
    WorkItem.objects.create(conversation=world.conversation, kind="chat", state="active", **fields)
    parked = make.conversation(world.organization)
    WorkItem.objects.create(conversation=parked, kind="chat", state="parked", **fields)
    found = row(api, world)
    assert (found["state"], found["classes"]) == ("online", ["realtime", "live", "async"])
    assert (found["capacity"], found["on"]) == ({"used": 30, "total": 100}, [str(world.conversation.pk)])
    assert found["skills"] == [{"skill_id": str(world.skill.pk), "name": world.skill.name, "level": 7}]


def test_a_reason_of_ones_own_says_what_still_comes(world: World, api: Caller, admin: Caller) -> None:
    presence.store().hold([(f"here:{world.organization.pk}", f"{world.people['agent'].pk}/1")], 20)
    made = admin.post("state-reasons", {"state": "busy", "name": "Back office", "takes": ["async"]})
    assert made.status_code == 201, made.content
    assert api.post("presence", {"state": "busy", "reason": "Back office"}).json()["reason"] == "Back office"
    assert row(api, world)["classes"] == ["async"]
    changed = admin.patch(f"state-reasons/{made.json()['id']}", {"takes": []})
    assert changed.json()["takes"] == []
    assert row(api, world)["classes"] == []
    assert admin.delete(f"state-reasons/{made.json()['id']}").status_code == 204
    assert made.json()["id"] not in str(api.get("state-reasons").json())
    refused = admin.post("state-reasons", {"state": "offline", "name": "Asleep", "takes": ["live"]})
    assert refused.json()["errors"]["takes"] == ["Nobody gets work while they are offline."]
    again = {"state": "away", "name": world.state_reason.name}
    assert admin.post("state-reasons", again).status_code == 422


def test_who_did_not_answer_is_shown_so_and_may_choose_to_come_back(world: World, api: Caller) -> None:
    api.post("presence", {"state": "online"})
    miss(world.organization.pk, world.people["agent"].pk, "live")
    assert api.get("presence").json()["unavailable"] == {"live": "not responding"}
    assert row(world.api("supervisor"), world)["unavailable"] == {"live": "not responding"}
    assert api.get("me").json()["returns_by_itself"] is False
    assert api.patch("me", {"returns_by_itself": True}).json()["returns_by_itself"] is True
    assert api.post("presence", {"state": "online"}).json()["unavailable"] == {}


def test_skills_are_made_given_and_not_taken_from_under_a_queue(world: World, admin: Caller) -> None:
    made = admin.post("skills", {"name": " Dutch "}).json()
    assert (made["name"], made["agents"]) == ("Dutch", 0)
    assert made["warnings"] == ["Nobody has this skill yet, so work that asks for it would wait."]
    assert admin.post("skills", {"name": "Dutch"}).json()["errors"]["name"] == [
        "Another skill has this name."
    ]
    path = f"agents/{world.people['supervisor'].pk}/skills"
    levels = [{"skill_id": made["id"], "level": 3}, {"skill_id": str(world.skill.pk), "level": 10}]
    given = admin.put(path, {"skills": levels}).json()["items"]
    assert [(one["name"], one["level"]) for one in given] == [("Dutch", 3), (world.skill.name, 10)]
    assert admin.get(path).json()["items"] == given
    told = Event.objects.within(world.organization).filter(data__noun="agent_skills").get()
    assert told.data["id"] == str(world.people["supervisor"].pk)
    twice = admin.put(path, {"skills": [levels[0], levels[0]]})
    assert twice.json()["errors"]["skills"] == ["Each skill can be named once."]
    queue = {"requirements": [{"skill": made["id"], "level": 1}]}
    admin.patch(f"queues/{world.queue.pk}", queue)
    refused = admin.delete(f"skills/{made['id']}")
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/skill-in-use")
    assert world.queue.name in refused.json()["detail"]
    admin.patch(f"queues/{world.queue.pk}", {"requirements": []})
    assert admin.delete(f"skills/{made['id']}").status_code == 204
    assert AgentSkill.objects.within(world.organization).filter(user=world.people["supervisor"]).count() == 1
    assert admin.patch(f"skills/{world.skill.pk}", {"name": "Deutsch"}).json()["agents"] == 2


def test_capacity_policies_weigh_work_for_their_agents(world: World, admin: Caller) -> None:
    agent = world.people["agent"]
    first = admin.post("capacity-policies", {"name": "Full", "is_default": True}).json()
    half = admin.post(
        "capacity-policies", {"name": "Half", "weights": {"chat": 50}, "is_default": True}
    ).json()
    defaults = CapacityPolicy.objects.within(world.organization).filter(is_default=True)
    assert [str(found.pk) for found in defaults] == [half["id"]]
    WorkItem.objects.create(
        organization=world.organization,
        conversation=world.conversation,
        kind="chat",
        state="active",
        assignee=agent,
    )
    assert row(admin, world)["capacity"]["used"] == 50
    own = admin.patch(f"agents/{agent.pk}", {"capacity_policy_id": first["id"]}).json()
    assert (own["capacity_policy_id"], own["capacity"]["used"]) == (first["id"], 30)
    listed = {one["name"]: one["agents"] for one in admin.get("capacity-policies").json()["items"]}
    assert listed == {"Full": 1, "Half": 0, world.capacity_policy.name: 0}
    assert admin.delete(f"capacity-policies/{first['id']}").status_code == 204
    assert row(admin, world)["capacity"]["used"] == 50
    boundless = admin.patch(f"capacity-policies/{half['id']}", {"weights": {"email": 0}}).json()
    assert boundless["warnings"] == ["An agent would get any number of kind “email” at once."]
    assert admin.patch(f"capacity-policies/{half['id']}", {"weights": {"fax": 5}}).status_code == 422
    assert admin.patch(f"capacity-policies/{half['id']}", {"weights": {"chat": 101}}).status_code == 422


def test_a_hundred_agents_are_listed_in_as_many_queries_as_one(
    world: World, django_assert_max_num_queries: Any
) -> None:
    for number in range(100):
        person = make.agent(world.organization, f"Agent {number}", password=None)
        AgentSkill.objects.create(organization=world.organization, user=person, skill=world.skill, level=1)
    with django_assert_max_num_queries(16):
        assert len(world.api("supervisor").get("agents").json()["items"]) == 103
