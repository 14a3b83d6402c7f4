"""The list of conversations, one conversation, and the verbs on it."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from hub.clock import now
from hub.models import Conversation
from inbox import queries
from inbox.queries import Wanted
from tests import factories as make
from tests.inbox.api.world import Caller, World

pytestmark = pytest.mark.django_db


def subjects(answer: Any) -> list[str]:
    assert answer.status_code == 200, answer.content
    return [row["subject"] for row in answer.json()["items"]]


def many(world: World, count: int, **fields: Any) -> list[Conversation]:
    begin = now() - timedelta(days=1)
    return [
        make.conversation(
            world.organization,
            world.contact,
            world.channel,
            subject=f"S{number:02}",
            last_activity_at=begin + timedelta(minutes=number // 2),
            waiting_since=begin - timedelta(minutes=number),
            **fields,
        )
        for number in range(count)
    ]


def test_a_conversation_has_the_fields_of_the_contract(api: Caller, world: World) -> None:
    body = api.get(world.url).json()
    assert body["id"] == str(world.conversation.pk)
    assert body["number"] == world.conversation.number
    assert body["contact"]["name"] == "Carla of Acme"
    assert body["channels"][0]["id"] == str(world.channel.pk)
    assert body["last_seq"] == 2
    assert body["created_at"].endswith("Z")


@pytest.mark.parametrize("order", ["newest", "oldest", "waiting"])
def test_pages_follow_one_another_without_gap_or_double(world: World, api: Caller, order: str) -> None:
    many(world, 23)
    many(world, 5, is_active=False, status="resolved")
    whole = subjects(api.get("conversations", order=order, limit=200))
    assert len(whole) == (23 if order == "waiting" else 29)
    found: list[str] = []
    cursor = ""
    while True:
        page = api.get("conversations", order=order, limit=4, cursor=cursor)
        found += subjects(page)
        cursor = page.json()["next_cursor"]
        if cursor is None:
            break
    assert found == whole
    assert len(set(map(str, page.json()["items"]))) == len(page.json()["items"])


def test_filters_narrow_the_list(world: World, api: Caller) -> None:
    me = world.people["agent"]
    many(world, 1, assignee=me, queue=world.queue, team=world.team)
    assert subjects(api.get("conversations", assignee="me")) == ["S00"]
    assert subjects(api.get("conversations", assignee=str(me.pk))) == ["S00"]
    assert subjects(api.get("conversations", assignee="none")) == ["Parcel of Acme"]
    assert subjects(api.get("conversations", queue=str(world.queue.pk))) == ["S00"]
    assert subjects(api.get("conversations", team=str(world.team.pk), queue="none")) == []
    assert subjects(api.get("conversations", channel="pigeon", status="new", q="where parcel")) == [
        "Parcel of Acme"
    ]
    assert subjects(api.get("conversations", channel=str(world.team.pk))) == []
    assert subjects(api.get("conversations", contact=str(world.contact.pk), assignee="me")) == ["S00"]
    api.patch(world.url, {"labels": ["urgent case"]})
    assert subjects(api.get("conversations", label="urgent case")) == ["Parcel of Acme"]


def test_statuses_can_be_combined(world: World, api: Caller) -> None:
    for status in ("open", "pending", "snoozed", "resolved", "closed"):
        make.conversation(
            world.organization,
            world.contact,
            subject=status,
            status=status,
            is_active=status in ("open", "pending"),
        )
    assert set(subjects(api.get("conversations", status="active"))) == {"Parcel of Acme", "open", "pending"}
    assert set(subjects(api.get("conversations", status="open,closed"))) == {"open", "closed"}
    assert set(subjects(api.get("conversations", status="resolved"))) == {"resolved"}
    assert len(subjects(api.get("conversations", status="active,snoozed,resolved,closed"))) == 6
    assert api.get("conversations", status="stolen").status_code == 422


def test_the_number_of_queries_does_not_grow_with_the_list(world: World, api: Caller) -> None:
    def cost() -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries_made:
            assert api.get("conversations", limit=100).status_code == 200
        return len(queries_made)

    many(world, 2)
    few = cost()
    many(world, 40)
    assert cost() == few <= 12


@pytest.mark.parametrize(
    "wanted",
    [
        Wanted(statuses=("active",)),
        Wanted(statuses=("resolved",)),
        Wanted(statuses=("active",), assignee="me"),
        Wanted(statuses=("active",), assignee="none"),
        Wanted(order="waiting"),
        Wanted(),
    ],
)
def test_lists_are_read_in_the_order_of_an_index(world: World, wanted: Wanted) -> None:
    """No list is sorted after it was found: that would grow with the table."""
    many(world, 3)
    viewer = world.viewer()
    with CaptureQueriesContext(connection) as made:
        queries.conversations(viewer, wanted)
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL sorts what is this small")
    for query in made:
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN QUERY PLAN {query['sql']}")
            plan = " | ".join(str(row[3]) for row in cursor.fetchall())
        assert "TEMP B-TREE" not in plan, plan
        assert "USING INDEX conv_" in plan, plan


@pytest.mark.parametrize("cursor", ["x", "é", "W10", "bnVsbA", "WyJuZXdlc3QiLCJ4IiwieSJd", "A" * 400])
def test_a_made_up_cursor_leads_nowhere(api: Caller, cursor: str) -> None:
    answer = api.get("conversations", cursor=cursor)
    assert answer.status_code == 404
    assert answer.json()["type"] == "/problems/unknown-cursor"


def test_a_conversation_is_changed_in_place(world: World, api: Caller) -> None:
    body = api.patch(
        world.url, {"priority": "high", "subject": "Umbrella", "labels": ["vip"], "custom": {"a": 1}}
    )
    assert body.status_code == 200, body.content
    assert body.json()["priority"] == "high"
    assert subjects(api.get("conversations", q="umbrel")) == ["Umbrella"]


def test_the_verbs_answer_with_the_conversation(world: World, api: Caller) -> None:
    me = str(world.people["agent"].pk)
    until = (now() + timedelta(days=1)).isoformat()
    assert api.post(f"{world.url}/assign", {"assignee_id": me}).json()["assignee_id"] == me
    assert api.post(f"{world.url}/assign", {"team_id": str(world.team.pk)}).json()["assignee_id"] == me
    assert api.post(f"{world.url}/assign", {"assignee_id": None}).json()["assignee_id"] is None
    assert api.post(f"{world.url}/snooze", {"until": until}).json()["status"] == "snoozed"
    assert api.post(f"{world.url}/resolve").json()["status"] == "resolved"
    assert api.post(f"{world.url}/reopen", {}).json()["status"] == "open"
    assert api.get("counters").status_code == 200


def test_reading_ends_unread(world: World, api: Caller) -> None:
    Conversation.objects.within(world.organization).update(last_inbound_seq=1)
    assert api.get(world.url).json()["unread"] == 2
    assert api.post(f"{world.url}/read", {"seq": 2}).json()["unread"] == 0
    assert api.get("conversations").json()["items"][0]["unread"] == 0


def test_an_agent_can_write_first(world: World, api: Caller) -> None:
    answer = api.post(
        "conversations",
        {
            "channel_id": str(world.channel.pk),
            "to": "New@Person.example",
            "subject": "Hello",
            "text": "Welcome!",
        },
    )
    assert answer.status_code == 201, answer.content
    found = api.get(f"conversations/{answer.json()['id']}/timeline").json()["items"]
    assert found[-1]["deliveries"][0]["status"] == "queued"
    assert subjects(api.get("conversations", q="new person welc")) == ["Hello"]


def test_counters_come_from_their_rows(world: World, api: Caller) -> None:
    before = api.get("counters").json()
    api.post(f"{world.url}/assign", {"queue_id": str(world.queue.pk)})
    after = api.get("counters").json()
    assert set(before) == {"open", "unassigned", "mine", "snoozed", "queues", "teams"}
    assert after["queues"] == {str(world.queue.pk): 1}
