"""Timelines, replies, notes, and what is known of a message."""

from typing import Any

import pytest

from hub.models import Delivery, InboundEnvelope, TimelineItem
from tests import factories as make
from tests.inbox.api.world import Caller, World

pytestmark = pytest.mark.django_db


def seqs(answer: Any) -> list[int]:
    assert answer.status_code == 200, answer.content
    return [item["seq"] for item in answer.json()["items"]]


def test_a_timeline_is_read_in_both_directions(world: World, api: Caller) -> None:
    for _ in range(58):
        make.inbound(world.conversation, world.channel)
    last = api.get(f"{world.url}/timeline")
    assert seqs(last) == list(range(11, 61))
    assert seqs(api.get(f"{world.url}/timeline", before=last.json()["next_cursor"])) == list(range(1, 11))
    onward = api.get(f"{world.url}/timeline", after=57, limit=2)
    assert seqs(onward) == [58, 59]
    assert seqs(api.get(f"{world.url}/timeline", after=onward.json()["next_cursor"])) == [60]
    assert seqs(api.get(f"{world.url}/timeline", after=60)) == []
    assert seqs(api.get(f"{world.url}/timeline", after=3, before=6)) == [4, 5]


def test_a_reply_is_queued_and_its_client_id_counts_once(world: World, api: Caller) -> None:
    body = {"text": "On its way.", "client_id": "c-1", "attachment_ids": [str(world.attachment.pk)]}
    first = api.post(f"{world.url}/messages", body)
    assert first.status_code == 201, first.content
    item = first.json()
    assert item["deliveries"][0]["status"] == "queued"
    assert item["attachments"][0]["filename"] == "photo.png"
    assert item["author"]["id"] == str(world.people["agent"].pk)
    again = api.post(f"{world.url}/messages", body)
    assert (again.status_code, again.json()["id"]) == (201, item["id"])
    assert TimelineItem.objects.filter(conversation=world.conversation, kind="message").count() == 3


def test_an_agent_who_missed_something_is_told_what(world: World, api: Caller) -> None:
    make.inbound(world.conversation, world.channel, "One more thing")
    answer = api.post(f"{world.url}/messages", {"text": "Done.", "client_id": "c", "seen_seq": 2})
    assert answer.status_code == 409
    problem = answer.json()
    assert problem["type"].endswith("/conversation-changed")
    assert [item["text"] for item in problem["missed"]] == ["One more thing"]
    forced = api.post(f"{world.url}/messages", {"text": "Done.", "seen_seq": 2, "force": True})
    assert forced.status_code == 201


def test_a_note_stays_in_the_house(world: World, api: Caller) -> None:
    mentions = [str(world.people["supervisor"].pk)]
    answer = api.post(f"{world.url}/notes", {"text": "He called twice.", "mentions": mentions})
    assert answer.status_code == 201, answer.content
    assert answer.json()["kind"] == "note"
    assert Delivery.objects.within(world.organization).count() == 1
    assert api.get("conversations", q="called twice").json()["items"]


def test_why_and_trace_tell_how_a_message_came_here(world: World, api: Caller) -> None:
    why = api.get(f"{world.url}/why").json()
    assert why["items"][0]["reason"] == "nothing earlier belongs to it"
    assert why["items"] == why["threading"] and why["routing"] == why["rules"] == []
    trace = api.get(f"messages/{world.inbound.pk}/trace").json()
    assert trace["envelope"]["id"] == str(world.envelope.pk)
    assert {"received", "threading", "recorded"} <= {step["step"] for step in trace["steps"]}
    sent = api.get(f"messages/{world.outbound.pk}/trace").json()
    assert sent["deliveries"][0]["status"] == "failed"


def test_the_original_is_a_download_of_the_bytes(world: World, api: Caller) -> None:
    answer = api.get(f"messages/{world.inbound.pk}/original")
    assert answer.content == b"From: carla\r\n\r\nWhere is my parcel?"
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{world.inbound.pk}.eml"'
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert api.get(f"messages/{world.outbound.pk}/original").status_code == 404


def test_a_supervisor_replays_an_envelope_once(world: World) -> None:
    supervisor = world.api("supervisor")
    listed = supervisor.get("envelopes", state="quarantined").json()["items"]
    assert [row["id"] for row in listed] == [str(world.envelope.pk)]
    assert listed[0]["size"] == len(bytes(world.envelope.raw))
    assert world.api().post(f"envelopes/{world.envelope.pk}/replay").status_code == 403
    assert supervisor.post(f"envelopes/{world.envelope.pk}/replay").json()["state"] == "received"
    assert supervisor.post(f"envelopes/{world.envelope.pk}/replay").status_code == 409
    assert InboundEnvelope.objects.within(world.organization).get().state == "received"


def test_a_failed_delivery_is_tried_again(world: World, api: Caller) -> None:
    assert api.post(f"deliveries/{world.delivery.pk}/retry").json()["status"] == "queued"
    again = api.post(f"deliveries/{world.delivery.pk}/retry")
    assert (again.status_code, again.json()["type"]) == (409, "/problems/not-retryable")


def test_events_are_read_from_a_position(world: World, api: Caller) -> None:
    api.post(f"{world.url}/notes", {"text": "One."})
    api.post(f"{world.url}/notes", {"text": "Two."})
    page = api.get("events", since=0, limit=1).json()
    assert page["items"][0]["event"] == "note.created"
    assert page["items"][0]["data"]["note"]["text"] == "One."
    rest = api.get("events", since=page["next_cursor"]).json()
    assert [event["data"]["note"]["text"] for event in rest["items"]] == ["Two."]
    assert rest["seq"] == rest["items"][-1]["seq"]
    assert rest["next_cursor"] is None
