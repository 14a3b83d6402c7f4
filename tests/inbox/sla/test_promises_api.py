"""Schedules and policies through the API: refused and warned in plain words, previewed, ordered, listed."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from hub.clock import held_at, now
from hub.models import Conversation, Event, Role, SlaClock
from tests.inbox.api import world as worlds
from tests.inbox.api.world import Caller, World
from tests.inbox.sla.promised import HOUR, MONDAY, OFFICE

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(db: None) -> World:
    return worlds.build()


@pytest.fixture
def admin(world: World) -> Caller:
    return world.api(Role.ADMINISTRATOR)


def refusals(answer: Any) -> str:
    assert answer.status_code == 422, answer.content
    return " ".join(text for texts in answer.json()["errors"].values() for text in texts)


def made(admin: Caller, path: str, **body: Any) -> dict[str, Any]:
    answer = admin.post(path, body)
    assert answer.status_code == 201, answer.content
    return answer.json()


TARGETS = [{"clock": "first_reply", "seconds": 3600}]


@pytest.mark.parametrize(
    ("fields", "word"),
    [
        ({"intervals": []}, "no open hour"),
        ({"intervals": [[0, "09:00", "12:00"], [0, "11:00", "17:00"]]}, "overlap"),
        ({"intervals": [[0, "22:00", "06:00"], [1, "05:00", "09:00"]]}, "overlap"),
        ({"intervals": OFFICE, "time_zone": "Mars/Olympus"}, "no time zone"),
        ({"intervals": OFFICE, "holidays": [{"date": "2026-02-30"}]}, "no day"),
        (
            {"intervals": OFFICE, "closures": [{"start": "2026-03-02T12:00", "end": "2026-03-02T11:00"}]},
            "ends before it starts",
        ),
    ],
)
def test_a_schedule_that_cannot_be_is_refused_in_words(admin: Caller, fields: Any, word: str) -> None:
    assert word in refusals(admin.post("schedules", {"name": "New", **fields}))


def test_a_schedule_in_use_says_where_and_is_not_deleted(admin: Caller) -> None:
    office = made(admin, "schedules", name="Office", intervals=OFFICE, time_zone="Europe/London")
    made(admin, "sla-policies", name="Silver", schedule_id=office["id"], targets=TARGETS)
    admin.post("queues", {"name": "Orders", "schedule_id": office["id"]})
    answer = admin.delete(f"schedules/{office['id']}")
    assert answer.status_code == 409
    assert "promise “Silver”" in answer.json()["detail"]
    assert "queue “Orders”" in answer.json()["detail"]
    (listed,) = [row for row in admin.get("schedules").json()["items"] if row["id"] == office["id"]]
    assert {use["noun"] for use in listed["used_by"]} == {"queue", "sla_policy"}


def test_a_draft_says_when_something_would_be_due(admin: Caller) -> None:
    draft = {"time_zone": "Europe/Berlin", "intervals": OFFICE, "at": "2026-03-06T15:20:00Z", "seconds": 8400}
    found = admin.post("schedules/preview", draft).json()
    assert (found["due_at"], found["text"]) == ("2026-03-09T09:40:00.000Z", "Monday 10:40")
    never = admin.post("schedules/preview", draft | {"intervals": []}).json()
    assert never["due_at"] is None
    assert never["problems"][0]["slug"] == "never-open"


def test_a_calendar_file_gives_holidays_and_nonsense_is_refused(admin: Caller) -> None:
    day = (now() + timedelta(days=30)).date()
    text = (
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VEVENT\r\nUID:1\r\n"
        f"DTSTART;VALUE=DATE:{day:%Y%m%d}\r\nSUMMARY:Founders' Day\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    )

    def send(content: bytes) -> Any:
        form = {"file": SimpleUploadedFile("days.ics", content), "time_zone": "Europe/Berlin"}
        return admin.client.post("/api/v1/schedules/closures-from-ical", form, headers=admin.headers)

    assert send(text.encode()).json()["holidays"] == [{"date": day.isoformat(), "name": "Founders' Day"}]
    assert send(b"\x00\xffnonsense").status_code == 422
    assert send(b"x" * (2 * 1024 * 1024)).status_code == 413


NEVER = {"all": [{"field": "message.text", "op": "contains", "value": "x"}]}


@pytest.mark.parametrize(
    ("fields", "word"),
    [
        ({"targets": []}, "Promise something"),
        ({"targets": [{"clock": "first_reply", "seconds": 0}]}, "no time"),
        ({"targets": TARGETS * 2}, "twice"),
        ({"conditions": NEVER}, "come and go"),
        ({"conditions": {"all": [{"field": "nothing", "op": "is", "value": 1}]}}, "no field"),
        ({"conditions": {"all": [[[[]]]]}}, ""),
        ({"escalations": [{"when": "percent", "value": 50, "actions": []}]}, "does nothing"),
        ({"escalations": [{"when": "percent", "value": 0, "actions": [{"do": "x"}]}]}, "percent"),
        ({"escalations": [{"when": "after", "value": 60, "actions": [{"do": "fly"}]}]}, "Nobody knows"),
        ({"name": "  Gold of Acme "}, "Another policy"),
    ],
)
def test_a_policy_that_cannot_be_is_refused_in_words(admin: Caller, fields: Any, word: str) -> None:
    answer = admin.post("sla-policies", {"name": "New", "targets": TARGETS, **fields})
    assert word in refusals(answer)
    assert len(admin.get("sla-policies").json()["items"]) == 1


def test_what_is_strange_is_said(admin: Caller) -> None:
    made(admin, "sla-policies", name="Everybody", targets=TARGETS)
    second = made(
        admin,
        "sla-policies",
        name="Never",
        targets=TARGETS,
        escalations=[
            {
                "clock": "update",
                "when": "percent",
                "value": 50,
                "actions": [{"do": "set_priority", "priority": "high"}],
            }
        ],
    )
    said = " ".join(second["warnings"])
    assert "never applies: “Everybody”" in said
    assert "no schedule" in said
    assert "“update”" in said


def test_a_preview_names_the_policy_the_reasons_and_the_moments(admin: Caller, world: World) -> None:
    office = made(admin, "schedules", name="Office", intervals=OFFICE, time_zone="Europe/Berlin")
    urgent = {"all": [{"field": "conversation.priority", "op": "is", "value": "urgent"}]}
    made(
        admin,
        "sla-policies",
        name="Urgent",
        conditions=urgent,
        targets=[{"clock": "first_reply", "seconds": 60}],
    )
    made(
        admin,
        "sla-policies",
        name="Rest",
        schedule_id=office["id"],
        targets=[{"clock": "first_reply", "seconds": 8400}],
    )
    described = {"channel_id": str(world.channel.pk)}
    asked = {"at": "2026-03-06T15:20:00Z", "conversation": described}
    found = admin.post("sla-policies/preview", asked).json()
    assert found["policy"]["name"] == "Rest"
    assert found["dues"][0]["text"] == "Monday 10:40"
    described["priority"] = "urgent"
    assert admin.post("sla-policies/preview", asked).json()["policy"]["name"] == "Urgent"
    draft = {"name": "Draft", "targets": TARGETS, "conditions": urgent}
    assert admin.post("sla-policies/preview", asked | {"draft": draft}).json()["policy"]["name"] == "Draft"
    told = Event.objects.within(world.organization).filter(name="settings.updated")
    assert {event.data["noun"] for event in told} == {"schedule", "sla_policy"}


def test_the_order_decides_and_every_policy_is_named_once(admin: Caller) -> None:
    first, second = (made(admin, "sla-policies", name=name, targets=TARGETS) for name in ("A", "B"))
    (old,) = [row for row in admin.get("sla-policies").json()["items"] if row["name"].startswith("Gold")]
    listed = admin.put("sla-policies/order", {"ids": [second["id"], old["id"], first["id"]]}).json()
    assert [row["name"] for row in listed["items"]][0::2] == ["B", "A"]
    assert admin.put("sla-policies/order", {"ids": [second["id"]]}).status_code == 422
    assert admin.put("sla-policies/order", {"ids": [second["id"]] * 3}).status_code == 422


def test_only_those_who_may_change_settings_do_and_supervisors_see_clocks(world: World) -> None:
    agent, supervisor = world.api(Role.AGENT), world.api(Role.SUPERVISOR)
    assert supervisor.post("sla-policies", {"name": "X", "targets": TARGETS}).status_code == 403
    assert supervisor.post("schedules", {"name": "X", "intervals": OFFICE}).status_code == 403
    assert agent.get("sla-policies").status_code == 200
    assert agent.get("sla/clocks").status_code == 403
    (clock,) = supervisor.get("sla/clocks").json()["items"]
    assert clock["conversation"]["id"] == str(world.conversation.pk)
    assert supervisor.get("sla/clocks", state="breached").json()["items"] == []
    (of_why,) = agent.get(f"{world.url}/why").json()["sla"]
    assert of_why["id"] == clock["id"]


def test_clocks_and_conversations_are_paged_by_due_moment(world: World) -> None:
    with held_at(MONDAY):
        Conversation.objects.within(world.organization).update(sla_due_at=MONDAY)
        for number in range(1, 5):
            SlaClock.objects.create(
                organization=world.organization,
                conversation=world.conversation,
                clock="next_reply",
                occurrence=number,
                target_seconds=60,
                started_at=MONDAY,
                due_at=MONDAY + number * HOUR,
            )
    supervisor = world.api(Role.SUPERVISOR)
    first = supervisor.get("sla/clocks", limit="2", clock="next_reply").json()
    rest = supervisor.get("sla/clocks", limit="9", clock="next_reply", cursor=first["next_cursor"]).json()
    assert [row["occurrence"] for row in [*first["items"], *rest["items"]]] == [1, 2, 3, 4]
    listed = supervisor.get("conversations", order="due").json()["items"]
    assert [row["id"] for row in listed] == [str(world.conversation.pk)]
