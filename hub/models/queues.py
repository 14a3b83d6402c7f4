"""Queues: where conversations and calls wait, who takes them, and what happens while they wait."""

from django.db import models
from django.db.models import Q

from hub.models.people import Team, User
from hub.models.schedules import Schedule
from hub.tenancy import TenantModel


class Queue(TenantModel):
    """Where work waits for an agent.

    Members are every agent (`is_open_to_all`), else those of `team` and of the queue's own
    `QueueMember` rows. `steps` are what happens while an item waits, `requirements` the skills that
    every item here asks for; `inbox.routing.steps` says how both are written. All times in seconds.
    """

    class Handing(models.TextChoices):
        """Whether the hub offers work to agents, or waits until they take it."""

        OFFER = "offer"
        TAKE = "take"

    name = models.CharField(max_length=120)
    key = models.SlugField()
    icon = models.CharField(max_length=32, blank=True, default="")
    team = models.ForeignKey(Team, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    position = models.PositiveSmallIntegerField(default=0)
    is_open_to_all = models.BooleanField(default=True)
    handing = models.CharField(max_length=5, choices=Handing.choices, default=Handing.OFFER)
    schedule = models.ForeignKey(Schedule, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    requirements = models.JSONField(default=list, blank=True)
    steps = models.JSONField(default=list, blank=True)
    sticky_seconds = models.PositiveIntegerField(default=0)
    wrap_up_seconds = models.PositiveIntegerField(null=True, blank=True)
    service_level_percent = models.PositiveSmallIntegerField(default=80)
    service_level_seconds = models.PositiveIntegerField(default=60)
    archived_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organization", "key"], name="queue_key")]

    def __str__(self) -> str:
        return self.name


class QueueMember(TenantModel):
    """One agent, or one further team, who takes work from a queue."""

    queue = models.ForeignKey(Queue, on_delete=models.CASCADE, related_name="places")
    user = models.ForeignKey(User, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    team = models.ForeignKey(Team, on_delete=models.CASCADE, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(user__isnull=False, team__isnull=True) | Q(user__isnull=True, team__isnull=False),
                name="queue_member_is_one",
            ),
            models.UniqueConstraint(
                fields=["queue", "user"], condition=Q(user__isnull=False), name="queue_member_user"
            ),
            models.UniqueConstraint(
                fields=["queue", "team"], condition=Q(team__isnull=False), name="queue_member_team"
            ),
        ]
