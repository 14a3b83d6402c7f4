"""What the demo's agents can do and how much at once, and the reasons that they give for being away."""

from collections.abc import Mapping

from hub.models import AgentCapacity, AgentSkill, AgentState, CapacityPolicy, Skill, StateReason
from hub.transaction import unit
from inbox.demo.organizations import Cast

_SKILLS: Mapping[str, Mapping[str, Mapping[str, int]]] = {
    "acme": {
        "German": {"agent": 10, "supervisor": 5, "tomasz": 7, "admin": 6},
        "Spanish": {"agent2": 6},
        "French": {"supervisor": 8, "priya": 5},
        "Polish": {"tomasz": 10},
        "Orders": {"agent": 8, "agent2": 6, "priya": 5},
        "Brakes and drives": {"agent2": 7, "tomasz": 9},
    },
    "globex": {
        "Spanish": {"admin": 10, "agent": 4},
        "Chinese": {"agent": 10},
        "Turkish": {"agent2": 10},
        "Pumps": {"agent": 6, "agent2": 9},
    },
}
"""Skill → {login: level}, by organization."""

_REASONS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("away", "Lunch", ()),
    ("away", "Paperwork", ("async",)),
    ("busy", "Training", ()),
    ("busy", "Team meeting", ()),
)
"""(state, name, classes of work that still come)"""

_PART_TIME: Mapping[str, int] = {"chat": 50, "sms": 20, "social": 20, "email": 10}
_PART_TIMERS = {"acme": "priya"}


def make(cast: Cast) -> None:
    """Make skills, capacity policies and reasons, each only where an organization has none at all."""
    organization = cast.organization
    with unit():
        if not Skill.objects.within(organization).exists():
            _skills(cast)
        if not CapacityPolicy.objects.within(organization).exists():
            _policies(cast)
        if not StateReason.objects.within(organization).exists():
            _reasons(cast)


def go_home(cast: Cast) -> None:
    """Say that everybody went offline just now, whoever has said nothing yet: what they hold stays theirs."""
    with unit():
        said = set(AgentState.objects.within(cast.organization).values_list("user_id", flat=True))
        AgentState.objects.bulk_create(
            AgentState(organization=cast.organization, user=viewer.user, state=AgentState.State.OFFLINE)
            for viewer in cast.viewers.values()
            if viewer.user.pk not in said
        )


def _reasons(cast: Cast) -> None:
    for position, (state, name, takes) in enumerate(_REASONS):
        StateReason(
            organization=cast.organization, state=state, name=name, takes=list(takes), position=position
        ).save()


def _skills(cast: Cast) -> None:
    organization = cast.organization
    for name, levels in _SKILLS.get(cast.plan.slug, {}).items():
        skill = Skill(organization=organization, name=name)
        skill.save()
        for login, level in levels.items():
            AgentSkill(
                organization=organization, user=cast.viewers[login].user, skill=skill, level=level
            ).save()


def _policies(cast: Cast) -> None:
    organization = cast.organization
    CapacityPolicy(organization=organization, name="Full time", is_default=True).save()
    part_time = CapacityPolicy(organization=organization, name="Part time", weights=dict(_PART_TIME))
    part_time.save()
    if login := _PART_TIMERS.get(cast.plan.slug):
        AgentCapacity(organization=organization, user=cast.viewers[login].user, policy=part_time).save()
