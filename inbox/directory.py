"""Who and what is here: colleagues, channels, queues, teams and labels of the viewer's organization."""

import uuid
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from django.db.models import Count, Q

from hub.models import (
    AgentCapacity,
    AgentSkill,
    AgentState,
    CapacityPolicy,
    Channel,
    Conversation,
    Label,
    Membership,
    Queue,
    QueueMember,
    Signature,
    Skill,
    StateReason,
    Team,
    Template,
)
from hub.viewer import Viewer
from inbox import payloads
from inbox.errors import NotFound
from inbox.queries import one
from inbox.routing import queue_checks


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
    """Every queue that is not archived, in its order."""
    rows = Queue.objects.within(viewer.organization).filter(archived_at__isnull=True)
    return list(rows.order_by("position", "name", "id"))


def queue(viewer: Viewer, queue_id: Any) -> Queue:
    """One queue, an archived one, too; raises `NotFound`."""
    return one(Queue.objects.within(viewer.organization), queue_id, "queue")


def queue_shapes(viewer: Viewer, rows: Sequence[Queue]) -> list[payloads.Shape]:
    """Queues with their own members and what is strange about them, in a fixed number of queries."""
    places: defaultdict[uuid.UUID, list[QueueMember]] = defaultdict(list)
    for place in QueueMember.objects.within(viewer.organization).filter(
        queue_id__in=[row.pk for row in rows]
    ):
        places[place.queue_id].append(place)
    warnings = queue_checks.warnings(viewer.organization.pk, rows)
    return [payloads.queue_settings(row, places[row.pk], warnings[row.pk]) for row in rows]


def skills(viewer: Viewer) -> list[Skill]:
    """Every skill, by name."""
    return list(Skill.objects.within(viewer.organization).order_by("name", "id"))


def skill_holders(viewer: Viewer) -> dict[uuid.UUID, int]:
    """How many agents have each skill; those that nobody has are missing."""
    rows = AgentSkill.objects.within(viewer.organization).values_list("skill_id")
    return dict(rows.annotate(Count("pk")))


def capacity_policies(viewer: Viewer) -> list[CapacityPolicy]:
    """Every capacity policy, by name."""
    return list(CapacityPolicy.objects.within(viewer.organization).order_by("name", "id"))


def policy_holders(viewer: Viewer) -> dict[uuid.UUID, int]:
    """How many agents have each capacity policy as their own; those of nobody are missing."""
    rows = AgentCapacity.objects.within(viewer.organization).values_list("policy_id")
    return dict(rows.annotate(Count("pk")))


def state_reasons(viewer: Viewer) -> list[StateReason]:
    """Every reason for a state, by state and in its order."""
    return list(StateReason.objects.within(viewer.organization).order_by("state", "position", "name", "id"))


def member(viewer: Viewer, user_id: Any) -> Membership:
    """Somebody who works here; raises `NotFound`."""
    found = next((row for row in members(viewer) if str(row.user_id) == str(user_id)), None)
    if found is None:
        raise NotFound("There is no such agent here.")
    return found


def agent_skills(viewer: Viewer, user_id: Any) -> list[AgentSkill]:
    """What an agent can do, by name."""
    rows = AgentSkill.objects.within(viewer.organization).filter(user_id=user_id)
    return list(rows.select_related("skill").order_by("skill__name", "id"))


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
