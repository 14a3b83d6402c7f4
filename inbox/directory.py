"""Who and what is here: colleagues, channels, queues, teams and labels of the viewer's organization."""

import uuid
from typing import Any

from hub.models import AgentState, Channel, Label, Membership, Queue, Team
from hub.viewer import Viewer
from inbox.queries import one


def members(viewer: Viewer) -> list[Membership]:
    """The people who work here, by name."""
    rows = Membership.objects.within(viewer.organization).filter(is_active=True, user__is_active=True)
    return list(rows.select_related("user").order_by("user__name", "user_id"))


def every_member(viewer: Viewer) -> list[Membership]:
    """The people who work or worked here, by name."""
    rows = Membership.objects.within(viewer.organization).select_related("user")
    return list(rows.order_by("user__name", "user_id"))


def agent_states(viewer: Viewer) -> dict[uuid.UUID, AgentState]:
    """What each agent says of their state now, by user."""
    rows = AgentState.objects.within(viewer.organization).filter(until__isnull=True)
    return {row.user_id: row for row in rows}


def agent_state(viewer: Viewer) -> AgentState | None:
    """What the viewer says of their own state, if they ever did."""
    rows = AgentState.objects.within(viewer.organization).filter(user=viewer.user, until__isnull=True)
    return rows.first()


def channels(viewer: Viewer) -> list[Channel]:
    """Every channel, by name."""
    return list(Channel.objects.within(viewer.organization).defer("secrets").order_by("name", "id"))


def channel(viewer: Viewer, channel_id: Any) -> Channel:
    """One channel; raises `NotFound`."""
    return one(Channel.objects.within(viewer.organization).defer("secrets"), channel_id, "channel")


def queues(viewer: Viewer) -> list[Queue]:
    """Every queue in its order."""
    return list(Queue.objects.within(viewer.organization).order_by("position", "name", "id"))


def teams(viewer: Viewer) -> list[Team]:
    """Every team, by name."""
    return list(Team.objects.within(viewer.organization).order_by("name", "id"))


def labels(viewer: Viewer) -> list[Label]:
    """Every label, by name."""
    return list(Label.objects.within(viewer.organization).order_by("name", "id"))
