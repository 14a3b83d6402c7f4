"""Queues through the API: made, warned of, changed, put away; and who may."""

import json
from typing import Any

import pytest

from hub.models import Event, Job, Queue, QueueMember, TeamMember, WorkItem
from tests import factories as make
from tests.inbox.api.world import Caller, World

pytestmark = pytest.mark.django_db

NO_MEMBERS = "This queue has no members, so nothing in it would be offered to anybody."


@pytest.fixture
def admin(world: World) -> Caller:
    return world.api("administrator")


def made(admin: Caller, **fields: Any) -> dict[str, Any]:
    answer = admin.post("queues", {"name": "Returns", **fields})
    assert answer.status_code == 201, answer.content
    return dict(answer.json())


def refused(answer: Any, field: str) -> str:
    assert answer.status_code == 422, answer.content
    return " ".join(answer.json()["errors"][field])


def waiting(world: World, queue_id: str) -> WorkItem:
    return WorkItem.objects.create(
        organization=world.organization, conversation=world.conversation, queue_id=queue_id, kind="chat"
    )


def test_a_queue_is_made_with_everything_and_read_by_agents(world: World, admin: Caller) -> None:
    skill, agent = world.skill, world.people["agent"]
    fields = {
        "is_open_to_all": False,
        "team_id": str(world.team.pk),
        "member_ids": [str(agent.pk)],
        "member_team_ids": [str(world.team.pk)],
        "handing": "take",
        "requirements": [{"skill": str(skill.pk), "level": 5}],
        "steps": [
            {"after": 120, "to": "email", "when": "always", "skip_if_nobody": True},
            {"after": 20, "requirements": [{"skill": str(skill.pk), "level": 2}]},
        ],
        "sticky_seconds": 60,
        "wrap_up_seconds": 0,
        "service_level_percent": 90,
        "service_level_seconds": 30,
    }
    queue = made(admin, **fields)
    assert {name: queue[name] for name in fields} == fields | {"steps": fields["steps"][::-1]}  # type: ignore[index]
    assert (queue["key"], queue["warnings"], queue["archived_at"]) == ("returns", [], None)
    assert world.api().get(f"queues/{queue['id']}").json() == queue
    assert queue in world.api().get("queues").json()["items"]
    told = Event.objects.within(world.organization).get(name="settings.updated").data
    assert told == {"noun": "queue", "id": queue["id"], "is_removed": False}
    assert Job.objects.filter(name="inbox.route", payload__queue_id=queue["id"]).exists()


def test_without_a_word_about_members_it_is_open_to_all(admin: Caller) -> None:
    assert made(admin)["is_open_to_all"] is True
    assert made(admin, name="Empty", member_ids=[])["is_open_to_all"] is False


def test_what_is_strange_is_saved_with_a_warning(world: World, admin: Caller) -> None:
    assert made(admin, member_ids=[])["warnings"] == [NO_MEMBERS]
    levels = [{"skill": str(world.skill.pk), "level": 9}]
    other = [{"skill": admin.post("skills", {"name": "Basque"}).json()["id"], "level": 1}]
    strange = made(
        admin,
        name="Strange",
        requirements=levels,
        steps=[
            {"after": 5, "requirements": other},
            {"after": 10, "priority": "high", "when": "closed"},
            {"after": 20, "queue": str(world.queue.pk)},
            {"after": 30, "priority": "urgent"},
        ],
    )
    german = f"{world.skill.name} at 9"
    assert strange["warnings"] == [
        f"No member of this queue has {german}, so work would wait until a step asks for less.",
        "Step 1: no member of this queue has Basque at 1.",
        "Step 2 waits for closed hours, but this queue has no schedule and is always open.",
        "Step 4 is never reached: step 3 takes the work out of this queue.",
    ]
    mended = admin.patch(f"queues/{strange['id']}", {"requirements": [], "steps": []}).json()
    assert mended["warnings"] == []


def test_a_team_that_a_step_adds_counts(world: World, admin: Caller) -> None:
    """Nobody in the queue has the skill, but the team that joins after a minute does."""
    requirements = [{"skill": str(world.skill.pk), "level": 7}]
    nobody = str(world.people["supervisor"].pk)
    steps = [{"after": 60, "team": str(world.team.pk)}, {"after": 61, "requirements": requirements}]
    assert made(admin, member_ids=[nobody], steps=steps)["warnings"] == []
    TeamMember.objects.within(world.organization).all().delete()
    assert len(made(admin, name="Two", member_ids=[nobody], steps=steps)["warnings"]) == 1


@pytest.mark.parametrize(
    "field,value,words",
    [
        ("name", " ", "match"),
        ("service_level_percent", 0, "greater"),
        ("handing", "push", "offer"),
        ("steps", [{"after": 5}], "exactly one"),
        ("steps", [{"after": 5, "priority": "high", "to": "email"}], "exactly one"),
        ("steps", [{"after": -1, "priority": "high"}], "greater"),
        ("requirements", [{"skill": "{skill}", "level": 11}], "less"),
        ("requirements", [{"skill": "{skill}", "level": 1}, {"skill": "{skill}", "level": 2}], "once"),
        ("requirements", [{"skill": "{queue}", "level": 1}], "no such skill"),
        ("steps", [{"after": 5, "team": "{skill}"}], "Step 1: There is no such team."),
        ("steps", [{"after": 5, "queue": "{skill}"}], "Step 1: There is no such queue."),
        ("surprise", 1, "not permitted"),
    ],
)
def test_nonsense_is_refused_in_words(
    world: World, admin: Caller, field: str, value: Any, words: str
) -> None:
    known = {"{skill}": str(world.skill.pk), "{queue}": str(world.queue.pk)}
    text = json.dumps(value)
    for name, found in known.items():
        text = text.replace(name, found)
    answer = admin.post("queues", {"name": "Returns", field: json.loads(text)})
    assert answer.status_code == 422
    assert words in str(answer.json()["errors"]), answer.json()


def test_names_are_told_apart_and_keys_are_free(admin: Caller) -> None:
    first = made(admin)
    assert "Another queue" in refused(admin.post("queues", {"name": "returns"}), "name")
    assert made(admin, name="Returns!")["key"] == "returns-2"
    assert made(admin, name="返品")["key"] == "queue"
    loop = admin.patch(f"queues/{first['id']}", {"steps": [{"after": 1, "queue": first["id"]}]})
    assert "cannot hand over to itself" in refused(loop, "steps")


def test_members_are_replaced_and_the_rest_stays(world: World, admin: Caller) -> None:
    agent, supervisor = (str(world.people[role].pk) for role in ("agent", "supervisor"))
    queue = made(admin, member_ids=[agent], member_team_ids=[str(world.team.pk)], sticky_seconds=9)
    path = f"queues/{queue['id']}"
    changed = admin.patch(path, {"member_ids": [supervisor]}).json()
    assert changed == queue | {"member_ids": [supervisor]}
    assert admin.patch(path, {"member_team_ids": []}).json()["member_team_ids"] == []
    assert admin.patch(path, {"wrap_up_seconds": 5}).json()["wrap_up_seconds"] == 5
    assert admin.patch(path, {"wrap_up_seconds": None}).json()["wrap_up_seconds"] is None
    assert QueueMember.objects.within(world.organization).count() == 1


def test_a_queue_in_use_stays_until_it_is_empty_and_then_keeps_its_history(
    world: World, admin: Caller
) -> None:
    queue = made(admin)
    path, work = f"queues/{queue['id']}", waiting(world, queue["id"])
    answer = admin.delete(path)
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/queue-in-use")
    assert answer.json()["detail"].startswith("1 conversation waits in this queue.")
    work.state, work.is_over = "done", True
    work.save()
    assert admin.delete(path).status_code == 204
    assert admin.get(path).json()["archived_at"]
    assert queue["id"] not in str(admin.get("queues").json())
    assert admin.delete(path).status_code == 404
    assert admin.patch(path, {"name": "Again"}).status_code == 404
    gone = admin.post(f"{world.url}/assign", {"queue_id": queue["id"]})
    assert gone.status_code == 404
    assert made(admin)["key"] == "returns-2"


def test_a_queue_that_something_leads_into_stays(world: World, admin: Caller) -> None:
    queue = made(admin)
    world.channel.queue_id = queue["id"]
    world.channel.save()
    assert "lands in this queue" in admin.delete(f"queues/{queue['id']}").json()["detail"]
    world.channel.queue = None
    world.channel.save()
    other = made(admin, name="Before", steps=[{"after": 5, "queue": queue["id"]}])
    assert "A step of “Before” leads" in admin.delete(f"queues/{queue['id']}").json()["detail"]
    assert admin.delete(f"queues/{other['id']}").status_code == 204
    assert admin.delete(f"queues/{queue['id']}").status_code == 204
    assert Queue.objects.within(world.organization).count() == 1


def test_a_list_of_many_queues_costs_as_many_queries_as_of_one(
    world: World, admin: Caller, django_assert_max_num_queries: Any
) -> None:
    for number in range(30):
        make.queue(world.organization, f"queue-{number}", is_open_to_all=False, team=world.team)
    with django_assert_max_num_queries(12):
        assert len(admin.get("queues").json()["items"]) == 31


@pytest.mark.parametrize("role", ["agent", "supervisor"])
def test_only_administrators_change_how_work_is_given(world: World, role: str) -> None:
    caller, queue = world.api(role), f"queues/{world.queue.pk}"
    for answer in (
        caller.post("queues", {"name": "Mine"}),
        caller.patch(queue, {"name": "Mine"}),
        caller.delete(queue),
        caller.post("skills", {"name": "Mine"}),
        caller.delete(f"skills/{world.skill.pk}"),
        caller.put(f"agents/{world.people['agent'].pk}/skills", {"skills": []}),
        caller.patch(f"agents/{world.people['agent'].pk}", {"capacity_policy_id": None}),
        caller.post("capacity-policies", {"name": "Mine"}),
        caller.post("state-reasons", {"state": "away", "name": "Mine"}),
        caller.patch("routing-settings", {"skip_seconds": 0}),
    ):
        assert answer.status_code == 403, answer.content
    assert Queue.objects.within(world.organization).get().name == world.queue.name


def test_routing_settings_are_the_house_s_until_they_are_ones_own(world: World, admin: Caller) -> None:
    usual = world.api().get("routing-settings").json()
    assert usual["offer_seconds"] == {"realtime": 20, "live": 30}
    assert (usual["return_after_seconds"], usual["skip_seconds"], usual["returning_burst"]) == (900, 60, 3)
    changes = {"offer_seconds": {"live": 5}, "skip_seconds": 0}
    assert admin.patch("routing-settings", changes).json() == usual | {
        "offer_seconds": {"realtime": 20, "live": 5},
        "skip_seconds": 0,
    }
    assert (
        admin.patch("routing-settings", {"offer_seconds": {"live": None}, "skip_seconds": None}).json()
        == usual
    )
    assert "An offer stands" in refused(
        admin.patch("routing-settings", {"offer_seconds": {"live": 1}}), "offer_seconds"
    )
    assert "At least one" in refused(
        admin.patch("routing-settings", {"returning_burst": 0}), "returning_burst"
    )
    assert admin.get("routing-settings").json() == usual
