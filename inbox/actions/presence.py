"""Presence: what an agent says of their own state, kept as history."""

from functools import partial

from hub.clock import now
from hub.models import AgentState
from hub.transaction import after_commit, unit
from hub.viewer import Viewer
from inbox import payloads
from inbox.errors import Invalid
from realtime import bus, events, visibility


def set_presence(viewer: Viewer, state: str, reason: str = "") -> AgentState:
    """Say that the viewer is online, away, busy or offline, with a reason of their own.

    Saying the same again changes nothing. Raises `Invalid` for another word.
    """
    if state not in AgentState.State.values:
        raise Invalid({"state": [f"Choose one of {', '.join(AgentState.State.values)}."]})
    with unit():
        states = AgentState.objects.within(viewer.organization).filter(user=viewer.user, until__isnull=True)
        current = states.select_for_update().first()
        if current is not None and (current.state, current.reason) == (state, reason):
            return current
        moment = now()
        if current is not None:
            current.until = moment
            current.save(update_fields=["until"])
        latest = AgentState(
            organization=viewer.organization, user=viewer.user, state=state, reason=reason[:120], since=moment
        )
        latest.save(force_insert=True)
        events.append(
            viewer.organization,
            "agent.state_changed",
            {"agent": payloads.agent(viewer.user, viewer.role, latest)},
        )
        frame = {"type": "presence", **payloads.presence(latest)}
        key = f"presence:{viewer.user.pk}"
        after_commit(partial(bus.publish_value, viewer.organization.pk, visibility.INBOX, key, frame))
        return latest
