"""Promises (SLA): policies, targets, and the clocks that hold conversations to them."""

from django.db import models

from hub.clock import now
from hub.models.conversations import Conversation, Priority
from hub.models.schedules import Schedule
from hub.tenancy import TenantModel


class ClockKind(models.TextChoices):
    """What is promised; `inbox.sla.clocks` says what starts, pauses and stops each."""

    FIRST_REPLY = "first_reply"
    NEXT_REPLY = "next_reply"
    UPDATE = "update"
    AGENT_WORK = "agent_work"
    REQUESTER_WAIT = "requester_wait"
    RESOLUTION = "resolution"
    ANSWER = "answer"
    OWNERSHIP = "ownership"


class SlaPolicy(TenantModel):
    """What is promised to whom: the first policy whose conditions hold applies, from the top.

    `conditions` are written as `inbox.conditions` reads them; empty holds for all. Without a schedule
    every moment counts. `pauses` are the statuses in which the resolution clock stands still.
    """

    name = models.CharField(max_length=120)
    position = models.PositiveIntegerField(default=0)
    is_active = models.BooleanField(default=True)
    conditions = models.JSONField(default=dict, blank=True)
    schedule = models.ForeignKey(Schedule, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    pauses = models.JSONField(default=list, blank=True)
    do_bots_count = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(default=now)
    updated_at = models.DateTimeField(default=now)

    class Meta:
        verbose_name_plural = "sla policies"
        constraints = [models.UniqueConstraint(fields=["organization", "name"], name="sla_policy_name")]

    def __str__(self) -> str:
        return self.name


class SlaTarget(TenantModel):
    """How long a clock of a policy may run, in seconds; `priority` "" is for those without their own."""

    policy = models.ForeignKey(SlaPolicy, on_delete=models.CASCADE, related_name="targets")
    clock = models.CharField(max_length=14, choices=ClockKind.choices)
    priority = models.CharField(max_length=6, choices=Priority.choices, blank=True, default="")
    seconds = models.PositiveIntegerField()
    is_working_time = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["policy", "clock", "priority"], name="sla_target_once"),
            models.CheckConstraint(condition=models.Q(seconds__gt=0), name="sla_target_above_zero"),
        ]


class EscalationStep(TenantModel):
    """What happens as a clock of a policy nears or passes its due moment; each fires once per clock.

    `when` is "percent" of the target, or "before" or "after" the due moment in seconds (`value`).
    `actions` are written as rules write theirs.
    """

    class When(models.TextChoices):
        """How `value` is meant."""

        PERCENT = "percent"
        BEFORE = "before"
        AFTER = "after"

    policy = models.ForeignKey(SlaPolicy, on_delete=models.CASCADE, related_name="escalations")
    clock = models.CharField(max_length=14, choices=ClockKind.choices, blank=True, default="")
    when = models.CharField(max_length=7, choices=When.choices)
    value = models.PositiveIntegerField()
    is_working_time = models.BooleanField(default=False)
    actions = models.JSONField(default=list)
    position = models.PositiveSmallIntegerField(default=0)


class SlaStanding(TenantModel):
    """How far the clocks of a conversation have followed its timeline, and under which policies.

    `policies` are [[from which seq on, policy id or None, its version, why], …]; `state` is the fold's
    own, as `inbox.sla.clocks` writes it: with it a further item costs no look at the earlier ones. Both
    can be made again out of the timeline.
    """

    id = None  # type: ignore[assignment]
    conversation = models.OneToOneField(
        Conversation, on_delete=models.CASCADE, primary_key=True, related_name="+"
    )
    seq = models.PositiveIntegerField(default=0)
    policies = models.JSONField(default=list)
    state = models.JSONField(default=dict)


class SlaClock(TenantModel):
    """One occurrence of a clock on a conversation; a fold of its timeline, kept so that it can be asked.

    `occurrence` counts from 1. `due_at` is None while it stands still for unknown time; `timer_at` is
    when something is due of it (a warning, an escalation, the breach), for the sweep. `warning` is
    the last prediction, with its reason.
    """

    class State(models.TextChoices):
        """In Zendesk's words: active, paused, fulfilled; cancelled when it holds no more."""

        ACTIVE = "active"
        PAUSED = "paused"
        FULFILLED = "fulfilled"
        CANCELLED = "cancelled"

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="sla_clocks")
    policy = models.ForeignKey(SlaPolicy, on_delete=models.SET_NULL, null=True, related_name="+")
    clock = models.CharField(max_length=14, choices=ClockKind.choices)
    occurrence = models.PositiveIntegerField(default=1)
    about = models.CharField(max_length=64, blank=True, default="")
    state = models.CharField(max_length=9, choices=State.choices, default=State.ACTIVE)
    is_live = models.BooleanField(default=True)
    target_seconds = models.PositiveIntegerField()
    is_working_time = models.BooleanField(default=True)
    started_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True, blank=True)
    fulfilled_at = models.DateTimeField(null=True, blank=True)
    breached_at = models.DateTimeField(null=True, blank=True)
    warned_at = models.DateTimeField(null=True, blank=True)
    timer_at = models.DateTimeField(null=True, blank=True)
    warning = models.JSONField(null=True, blank=True)
    data = models.JSONField(default=dict, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["conversation", "clock", "about", "occurrence"], name="sla_clock_once"
            ),
        ]
        indexes = [
            models.Index(fields=["timer_at"], condition=models.Q(timer_at__isnull=False), name="sla_timer"),
            models.Index(
                fields=["organization", "due_at"], condition=models.Q(is_live=True), name="sla_live"
            ),
        ]


class SlaSegment(TenantModel):
    """A stretch of a clock's life in which it ran or stood still, and why; closed hours are not segments."""

    clock = models.ForeignKey(SlaClock, on_delete=models.CASCADE, related_name="segments")
    position = models.PositiveIntegerField()
    is_running = models.BooleanField()
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=80)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["clock", "position"], name="sla_segment_order")]


class EscalationFired(TenantModel):
    """That a step has fired for a clock: the row is why it cannot fire again."""

    clock = models.ForeignKey(SlaClock, on_delete=models.CASCADE, related_name="fired")
    step = models.ForeignKey(EscalationStep, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField(default=now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["clock", "step"], name="escalation_fires_once")]
