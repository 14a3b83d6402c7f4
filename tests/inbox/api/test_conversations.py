"""The list of conversations, one conversation, and the verbs on it."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from hub import registry
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
    assert api.get(world.url).json()["unread"] == 1, "our own answer is nothing to be read"
    assert api.post(f"{world.url}/read", {"seq": 2}).json()["unread"] == 0
    listed = api.get("conversations").json()["items"][0]
    assert (listed["unread"], listed["read_seq"]) == (0, 2)


def test_unread_counts_what_the_customer_said_since(world: World, api: Caller) -> None:
    api.post(f"{world.url}/read", {"seq": 2})
    api.post(f"{world.url}/resolve")
    api.post(f"{world.url}/notes", {"text": "Called back."})
    world.conversation.refresh_from_db()
    make.inbound(world.conversation, world.channel, "Thanks!")
    last = make.inbound(world.conversation, world.channel, "One more thing.")
    Conversation.objects.within(world.organization).update(last_inbound_seq=last.item.seq)
    assert api.get(world.url).json()["unread"] == 2
    assert api.get("conversations").json()["items"][0]["unread"] == 2


def test_a_channel_whose_connector_was_removed_is_told_by_name(
    world: World, api: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(registry.connectors(), "pigeon")
    answer = api.post(f"{world.url}/messages", {"text": "Hello", "client_id": "gone"})
    assert answer.status_code == 422
    assert list(answer.json()["errors"]) == ["channel_id"]
    assert api.get("conversations").status_code == api.get("channels").status_code == 200


def test_a_conversation_can_be_snoozed_by_the_name_of_its_field(world: World, api: Caller) -> None:
    until = (now() + timedelta(days=1)).isoformat()
    assert api.post(f"{world.url}/snooze", {"snoozed_until": until}).json()["status"] == "snoozed"


def test_a_list_of_any_length_may_be_asked_for(api: Caller) -> None:
    for path in ("conversations", "contacts", "events"):
        assert api.get(path, limit=5000).status_code == 200
    assert api.get("conversations", limit=0).status_code == 422


def test_filters_without_a_value_do_not_filter(world: World, api: Caller) -> None:
    empty = dict.fromkeys(("status", "assignee", "queue", "team", "channel", "label", "q", "order"), "")
    assert len(api.get("conversations", **empty).json()["items"]) == 1


def test_a_label_is_found_by_name_and_by_id(world: World, api: Caller) -> None:
    api.patch(world.url, {"labels": [world.label.name]})
    for label in (world.label.name, str(world.label.pk)):
        assert len(api.get("conversations", label=label).json()["items"]) == 1


def test_a_timeline_is_read_on_by_its_cursor(world: World, api: Caller) -> None:
    for number in range(3):
        api.post(f"{world.url}/notes", {"text": f"{number}"})
    page = api.get(f"{world.url}/timeline", limit=2).json()
    assert [item["seq"] for item in page["items"]] == [4, 5]
    page = api.get(f"{world.url}/timeline", limit=2, cursor=page["next_cursor"]).json()
    assert [item["seq"] for item in page["items"]] == [2, 3]
    page = api.get(f"{world.url}/timeline", limit=2, after=1, cursor="3").json()
    assert [item["seq"] for item in page["items"]] == [4, 5]


def test_the_log_is_read_on_by_its_cursor(world: World, api: Caller) -> None:
    for number in range(3):
        api.post(f"{world.url}/notes", {"text": f"{number}"})
    page = api.get("events", since=0, limit=2).json()
    rest = api.get("events", since=0, limit=2, cursor=page["next_cursor"]).json()["items"]
    assert [event["seq"] for event in rest] == [3]


def test_somebody_known_is_written_to_by_the_contact(world: World, api: Caller) -> None:
    for name in ("contact", "contact_id"):
        body = {"channel_id": str(world.channel.pk), name: str(world.contact.pk), "text": "Good news."}
        answer = api.post("conversations", body)
        assert answer.status_code == 201, answer.content
        assert answer.json()["contact"]["id"] == str(world.contact.pk)


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


def test_the_same_client_id_begins_one_conversation(world: World, api: Caller) -> None:
    new = {"channel_id": str(world.channel.pk), "to": "a@b.example", "text": "Hi", "client_id": "c-1"}
    first, again = api.post("conversations", new), api.post("conversations", new)
    assert first.status_code == again.status_code == 201
    assert first.json()["id"] == again.json()["id"]


def test_counters_come_from_their_rows(world: World, api: Caller) -> None:
    before = api.get("counters").json()
    api.post(f"{world.url}/assign", {"queue_id": str(world.queue.pk)})
    after = api.get("counters").json()
    assert set(before) == {"open", "unassigned", "mine", "snoozed", "queues", "teams"}
    assert after["queues"] == {str(world.queue.pk): 1}
