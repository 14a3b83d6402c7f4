"""Work: what waits in queues, to whom it was offered, and why."""

from datetime import UTC, datetime
from typing import Final

from django.db import models
from django.db.models import Q

from hub.clock import now
from hub.models.conversations import Conversation
from hub.models.people import User
from hub.models.queues import Queue
from hub.tenancy import TenantModel

NEVER: Final = datetime(9999, 12, 31, tzinfo=UTC)
"""Sorts after every moment, where nothing is due; databases do not agree where NULL goes."""


class WorkKind(models.TextChoices):
    """What sort of work; connectors say which in `Capabilities.work`."""

    VOICE = "voice"
    VIDEO = "video"
    CHAT = "chat"
    SMS = "sms"
    SOCIAL = "social"
    EMAIL = "email"


class WorkItem(TenantModel):
    """One stay of a conversation, or of a call in it, with whoever works on it.

    `call` is "" for the conversation itself, else the call's id; of each there is one at a time that
    is not over. `priority_rank` (0 most urgent), `rank_due_at` (earliest promise, else `NEVER`) and
    `virtual_start_at` order what waits. `requirements` are [{"skill": id, "level": 1-10}] in force
    now, `teams` the ids of further teams whose members may take it, `requirement_key` groups items
    that the same agents can take, `step` counts the queue's steps that have begun. `timer_at` is when
    the engine must look again although nothing happened; every timer is in the database.
    `stuck_reason` says in words why nobody can take it.
    """

    class State(models.TextChoices):
        """The life of work."""

        QUEUED = "queued"
        OFFERED = "offered"
        ACTIVE = "active"
        WRAPPING = "wrapping"
        DONE = "done"
        PARKED = "parked"
        ABANDONED = "abandoned"
        CALLBACK_WAIT = "callback_wait"
        OVERFLOWED = "overflowed"

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="work")
    queue = models.ForeignKey(Queue, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    kind = models.CharField(max_length=8, choices=WorkKind.choices)
    call = models.CharField(max_length=64, blank=True, default="")
    state = models.CharField(max_length=13, choices=State.choices, default=State.QUEUED)
    is_over = models.BooleanField(default=False)
    priority_rank = models.PositiveSmallIntegerField(default=2)
    rank_due_at = models.DateTimeField(default=NEVER)
    virtual_start_at = models.DateTimeField(default=now)
    requirements = models.JSONField(default=list, blank=True)
    teams = models.JSONField(default=list, blank=True)
    requirement_key = models.CharField(max_length=64, blank=True, default="")
    step = models.PositiveSmallIntegerField(default=0)
    timer_at = models.DateTimeField(null=True, blank=True)
    sticky_agent = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", db_index=False
    )
    sticky_until = models.DateTimeField(null=True, blank=True)
    assignee = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", db_index=False
    )
    stuck_reason = models.CharField(max_length=200, blank=True, default="")
    outcome = models.CharField(max_length=40, blank=True, default="")
    created_at = models.DateTimeField(default=now)
    queued_at = models.DateTimeField(default=now)
    first_accepted_at = models.DateTimeField(null=True, blank=True)
    accepted_at = models.DateTimeField(null=True, blank=True)
    opened_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    updated_at = models.DateTimeField(default=now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["conversation", "call"], condition=Q(is_over=False), name="work_one_at_a_time"
            ),
        ]
        indexes = [
            models.Index(
                fields=["queue", "requirement_key", "priority_rank", "rank_due_at", "virtual_start_at", "id"],
                condition=Q(state="queued"),
                name="work_rank",
            ),
            models.Index(fields=["timer_at"], condition=Q(timer_at__isnull=False), name="work_timer"),
            models.Index(
                fields=["queue", "timer_at"],
                condition=Q(state="queued", timer_at__isnull=False),
                name="work_queue_timer",
            ),
            models.Index(fields=["organization", "assignee"], condition=Q(is_over=False), name="work_held"),
            models.Index(
                fields=["queue", "state", "queued_at"], condition=Q(is_over=False), name="work_live"
            ),
            models.Index(fields=["queue", "created_at"], name="work_history"),
        ]


class Offer(TenantModel):
    """Work put before one agent.

    At most one is pending, and one accepted and not `released_at`, per item. `expires_at` is None for
    work that was assigned at once. `reason` says in words how it ended.
    """

    class Status(models.TextChoices):
        """What became of it."""

        PENDING = "pending"
        ACCEPTED = "accepted"
        DECLINED = "declined"
        TIMEOUT = "timeout"
        RESCINDED = "rescinded"

    work = models.ForeignKey(WorkItem, on_delete=models.CASCADE, related_name="offers")
    agent = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+", db_index=False)
    status = models.CharField(max_length=9, choices=Status.choices, default=Status.PENDING)
    created_at = models.DateTimeField(default=now)
    expires_at = models.DateTimeField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    released_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["work"], condition=Q(status="pending"), name="offer_one_pending"),
            models.UniqueConstraint(
                fields=["work"],
                condition=Q(status="accepted", released_at__isnull=True),
                name="offer_one_accepted",
            ),
        ]
        indexes = [
            models.Index(fields=["expires_at"], condition=Q(status="pending"), name="offer_expiry"),
            models.Index(fields=["organization", "agent", "-created_at"], name="offer_agent"),
            models.Index(
                fields=["organization", "agent", "-released_at"],
                condition=Q(released_at__isnull=False),
                name="offer_released",
            ),
        ]


class RoutingDecision(TenantModel):
    """Why work went where it went: who was looked at, and why each was passed over.

    `about` is what was decided ("offer", "assign", "requeue", "overflow", …), `reason` says it in
    words, `candidates` are [{"agent_id", "name", "verdict", "reason", …}] in the order of their rank.
    """

    work = models.ForeignKey(WorkItem, on_delete=models.CASCADE, related_name="decisions")
    about = models.CharField(max_length=24)
    agent = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", db_index=False
    )
    reason = models.CharField(max_length=400)
    candidates = models.JSONField(default=list, blank=True)
    at = models.DateTimeField(default=now)
