"""What agents can do, and how much at once."""

from django.db import models
from django.db.models import Q

from hub.models.people import User
from hub.tenancy import TenantModel


class Skill(TenantModel):
    """Something that work may ask for: a language, a product, a licence."""

    name = models.CharField(max_length=80)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organization", "name"], name="skill_name")]

    def __str__(self) -> str:
        return self.name


class AgentSkill(TenantModel):
    """How well an agent can do it, from 1 to 10."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    skill = models.ForeignKey(Skill, on_delete=models.CASCADE, related_name="agents")
    level = models.PositiveSmallIntegerField(default=5)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["skill", "user"], name="agent_skill_once"),
            models.CheckConstraint(condition=Q(level__gte=1, level__lte=10), name="agent_skill_level"),
        ]


class CapacityPolicy(TenantModel):
    """How much work an agent holds at once: a weight of 100 per kind of work.

    `weights` are {kind of work: 0-100}; what is missing weighs what `inbox.routing.capacity` says.
    The default one holds for everybody without another.
    """

    name = models.CharField(max_length=80)
    weights = models.JSONField(default=dict, blank=True)
    is_default = models.BooleanField(default=False)

    class Meta:
        verbose_name_plural = "capacity policies"
        constraints = [
            models.UniqueConstraint(fields=["organization", "name"], name="capacity_policy_name"),
            models.UniqueConstraint(
                fields=["organization"], condition=Q(is_default=True), name="capacity_policy_default"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class AgentCapacity(TenantModel):
    """Which capacity policy holds for an agent who has one of their own."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    policy = models.ForeignKey(CapacityPolicy, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organization", "user"], name="agent_capacity_once")]


class StateReason(TenantModel):
    """A word of the organization's own for being away, busy or offline, such as "Lunch".

    `takes` are the availability classes of which an agent in this state still gets work:
    "realtime" (voice, video), "live" (chat), "async" (everything else).
    """

    state = models.CharField(max_length=8)
    name = models.CharField(max_length=120)
    takes = models.JSONField(default=list, blank=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "state", "name"], name="state_reason_name")
        ]
