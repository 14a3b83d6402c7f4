"""Who and what is here: colleagues, channels, queues, teams and labels of the viewer's organization."""

import uuid
from typing import Any

from django.db.models import Q

from hub.models import AgentState, Channel, Conversation, Label, Membership, Queue, Signature, Team, Template
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
    """Every channel that is not archived, by name."""
    rows = Channel.objects.within(viewer.organization).filter(archived_at__isnull=True)
    return list(rows.defer("secrets").order_by("name", "id"))


def channel(viewer: Viewer, channel_id: Any) -> Channel:
    """One channel; raises `NotFound`."""
    return one(Channel.objects.within(viewer.organization).defer("secrets"), channel_id, "channel")


def channel_with_secrets(viewer: Viewer, channel_id: Any) -> Channel:
    """One channel, for those who set it up; raises `NotFound`."""
    return one(Channel.objects.within(viewer.organization), channel_id, "channel")


def channels_of(viewer: Viewer, conversation: Conversation) -> list[Channel]:
    """The channels that a conversation took, the newest first."""
    rows = Channel.objects.within(viewer.organization).defer("secrets")
    found = {str(row.pk): row for row in rows.filter(pk__in=conversation.channel_ids)}
    return [found[key] for key in conversation.channel_ids if key in found]


def queues(viewer: Viewer) -> list[Queue]:
    """Every queue in its order."""
    return list(Queue.objects.within(viewer.organization).order_by("position", "name", "id"))


def teams(viewer: Viewer) -> list[Team]:
    """Every team, by name."""
    return list(Team.objects.within(viewer.organization).order_by("name", "id"))


def labels(viewer: Viewer) -> list[Label]:
    """Every label, by name."""
    return list(Label.objects.within(viewer.organization).order_by("name", "id"))


def signatures(viewer: Viewer) -> list[Signature]:
    """The viewer's own signature, then those of teams, channels and the organization."""
    rows = Signature.objects.within(viewer.organization)
    return list(rows.filter(Q(user__isnull=True) | Q(user=viewer.user)).order_by("user_id", "id"))


def templates(viewer: Viewer, q: str = "") -> list[Template]:
    """The templates whose name, shortcut, subject or text hold all words of `q`, by name."""
    rows = Template.objects.within(viewer.organization)
    for word in q.split():
        rows = rows.filter(
            Q(name__icontains=word)
            | Q(shortcut__icontains=word)
            | Q(subject__icontains=word)
            | Q(text__icontains=word)
        )
    return list(rows.order_by("name", "id"))


def template(viewer: Viewer, template_id: Any) -> Template:
    """One template; raises `NotFound`."""
    return one(Template.objects.within(viewer.organization), template_id, "template")
