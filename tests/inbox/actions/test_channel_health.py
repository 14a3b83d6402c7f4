"""Channel health: what a listener says becomes a state that people see, and an event when it changes."""

from typing import Any

import pytest

from hub.models import Channel, Event
from inbox.actions.channel_health import channel_health
from tests import factories

pytestmark = pytest.mark.django_db

State = Channel.State


@pytest.fixture
def channel() -> Channel:
    return factories.channel(factories.organization())


def say(of: Channel, **report: Any) -> Channel:
    """Take up a report; the channel as it is then."""
    channel_health(str(of.pk), **report)
    of.refresh_from_db()
    return of


def told(of: Channel) -> list[str]:
    """The states that were announced."""
    rows = Event.objects.filter(organization=of.organization, name="channel.health_changed").order_by("seq")
    return [row.data["channel"]["state"] for row in rows]


def test_a_failure_and_its_end_are_announced_once_each(channel: Channel) -> None:
    for _ in range(2):
        say(channel, ok=False, code="away", detail="It does not answer.")
    assert (channel.state, channel.health["detail"]) == (State.DEGRADED, "It does not answer.")
    say(channel, ok=False, code="password", detail="The password is wrong.", needs_reconnect=True)
    assert channel.state == State.NEEDS_RECONNECT
    say(channel, ok=False, code="away", detail="It does not answer.")
    assert channel.state == State.NEEDS_RECONNECT, "only what works, or a person, ends that"
    assert channel.health["detail"] == "The password is wrong."
    for _ in range(2):
        say(channel, ok=True)
    assert channel.state == State.CONNECTED and channel.health["ok"] and channel.health["received_at"]
    assert told(channel) == [
        State.DEGRADED,
        State.NEEDS_RECONNECT,
        State.CONNECTED,
    ]


def test_what_works_with_something_to_know_is_degraded(channel: Channel) -> None:
    say(channel, ok=True, detail="Mails cannot be moved.")
    assert (channel.state, channel.health["detail"]) == (State.DEGRADED, "Mails cannot be moved.")
    say(channel, ok=True)
    assert channel.state == State.CONNECTED


def test_receiving_does_not_heal_what_sending_found_out(channel: Channel) -> None:
    channel.state, channel.health = State.NEEDS_RECONNECT, {"ok": False, "detail": "The relay refuses us."}
    channel.save()
    say(channel, ok=True)
    assert channel.state == State.NEEDS_RECONNECT
    assert channel.health["detail"] == "The relay refuses us." and channel.health["received_at"]


def test_a_channel_that_is_switched_off_stays_so(channel: Channel) -> None:
    channel.state = State.DISABLED
    channel.save()
    say(channel, ok=False, code="away", detail="It does not answer.")
    assert channel.state == State.DISABLED and told(channel) == []
    channel_health("01a1fd22-1f6a-70bb-a8c8-3d57155eb89a", ok=True)
