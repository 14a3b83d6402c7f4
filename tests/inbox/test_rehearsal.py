"""Rehearsed arrivals: they show what would become of a message, and leave nothing behind."""

from datetime import UTC, datetime
from typing import Any

import pytest

from hub.models import Channel, Contact, Conversation, Event, Job, Organization, TimelineItem
from hub.transaction import unit
from inbox.trial import policy_tests
from inbox.trial.rehearsal import Rehearsed, rehearse
from tests import factories

MONDAY = "2026-03-02T09:00"
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def organization() -> Organization:
    return factories.organization(time_zone="Europe/Berlin")


@pytest.fixture
def channel(organization: Organization) -> Channel:
    return factories.channel(organization, queue=factories.queue(organization, "support"))


def _given(channel: Channel, **fields: Any) -> dict[str, Any]:
    return {"channel_id": str(channel.pk), "at": MONDAY, "address": "carla@example.net", **fields}


def test_a_rehearsal_says_where_a_message_would_go(channel: Channel) -> None:
    message = Rehearsed(channel, datetime(2026, 3, 2, 8, tzinfo=UTC), "carla@example.net", subject="A wheel")
    found = rehearse(message)
    assert (found.queue_id, found.status, found.priority) == (str(channel.queue_id), "new", "normal")


def test_nothing_of_a_rehearsal_is_kept(organization: Organization, channel: Channel) -> None:
    kept = (Conversation, TimelineItem, Contact, Event)
    rehearse(Rehearsed(channel, datetime(2026, 3, 2, 8, tzinfo=UTC), "carla@example.net"))
    assert [model.objects.within(organization).count() for model in kept] == [0, 0, 0, 0]
    assert not Job.objects.exists()
    organization.refresh_from_db()
    assert organization.last_conversation_number == 0


def test_settings_that_are_tried_are_rolled_back_with_the_rest(channel: Channel) -> None:
    other = factories.queue(channel.organization, "other")

    def move() -> None:
        Channel.objects.filter(pk=channel.pk, organization=channel.organization).update(queue=other)
        channel.queue = other

    found = rehearse(Rehearsed(channel, datetime(2026, 3, 2, 8, tzinfo=UTC), "carla@example.net"), move)
    assert found.queue_id == str(other.pk)
    channel.refresh_from_db()
    assert channel.queue_id != other.pk


def test_a_rehearsal_leaves_the_work_around_it_alone(organization: Organization, channel: Channel) -> None:
    with unit():
        made = factories.queue(organization, "made-meanwhile")
        said = factories.contact(organization, "Carla")
        rehearse(Rehearsed(channel, datetime(2026, 3, 2, 8, tzinfo=UTC), "carla@example.net"))
    made.refresh_from_db()
    assert list(Contact.objects.within(organization)) == [said]
    assert not Event.objects.within(organization).exists()


def test_a_policy_test_passes_when_all_that_is_expected_came_out(channel: Channel) -> None:
    expected = {"queue_id": str(channel.queue_id), "priority": "normal", "due": {"first_reply": ""}}
    assert policy_tests.run(channel.organization, _given(channel), expected).passed


def test_a_policy_test_names_what_came_out_otherwise(channel: Channel) -> None:
    billing = factories.queue(channel.organization, "billing")
    expected = {"queue_id": str(billing.pk), "labels": ["vip"], "due": {"first_reply": "2026-03-02T10:40"}}
    result = policy_tests.run(channel.organization, _given(channel), expected)
    assert not result.passed
    assert [tuple(difference) for difference in result.differences] == [
        ("queue", "Billing", "Support"),
        ("labels", "vip", "nothing"),
        ("first reply due", "2026-03-02T10:40", "no promise"),
    ]


def test_a_test_whose_channel_is_gone_says_so(channel: Channel) -> None:
    given = _given(channel)
    channel.delete()
    result = policy_tests.run(channel.organization, given, {"priority": "normal"})
    assert (result.passed, result.error) == (
        False,
        "The channel of this test is gone. Choose another one.",
    )
