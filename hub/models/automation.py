"""Automation: rules that act by themselves, macros that agents run, and tests that keep both right."""

from django.db import models

from hub.clock import now
from hub.models.conversations import Conversation
from hub.models.people import Team, User
from hub.tenancy import TenantModel


class Rule(TenantModel):
    """When something happens and conditions hold, act; in the order of `position`.

    `trigger` is {"on": [event names]} or {"after": seconds, "since": field}; `conditions` and
    `actions` are written as `inbox.conditions` and `inbox.rules.deeds` read them. `swept_to` is how far
    a rule on time has looked: {"at", "id"} of the last moment and conversation.
    """

    name = models.CharField(max_length=120)
    position = models.PositiveIntegerField(default=0)
    is_active = models.BooleanField(default=True)
    trigger = models.JSONField(default=dict)
    conditions = models.JSONField(default=dict, blank=True)
    actions = models.JSONField(default=list)
    stops_others = models.BooleanField(default=False)
    swept_to = models.JSONField(default=dict, blank=True)
    created_at = models.DateTimeField(default=now)
    updated_at = models.DateTimeField(default=now)

    def __str__(self) -> str:
        return self.name


class RuleRun(TenantModel):
    """That a rule looked at a conversation: whether it acted, why, and what came of it.

    `occasion` names what it looked at; a rule acts once per occasion.
    """

    rule = models.ForeignKey(Rule, on_delete=models.CASCADE, related_name="runs")
    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="+")
    occasion = models.CharField(max_length=120)
    at = models.DateTimeField(default=now)
    has_acted = models.BooleanField(default=False)
    why = models.JSONField(default=list, blank=True)
    did = models.JSONField(default=list, blank=True)
    error = models.CharField(max_length=400, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["rule", "conversation", "occasion"], name="rule_run_once")
        ]
        indexes = [
            models.Index(fields=["rule", "-at"], name="rule_runs"),
            models.Index(fields=["conversation", "-at"], name="rule_runs_of_conversation"),
            models.Index(fields=["at"], name="rule_runs_by_age"),
        ]


class Macro(TenantModel):
    """A text and actions that an agent runs with one choice; `team` None is for everybody.

    `uses` counts how often it was run, so that lists begin with what is useful.
    """

    name = models.CharField(max_length=120)
    shortcut = models.SlugField(max_length=40, blank=True, default="")
    text = models.TextField(blank=True, default="")
    html = models.TextField(blank=True, default="")
    actions = models.JSONField(default=list, blank=True)
    team = models.ForeignKey(Team, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    uses = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(default=now)
    updated_at = models.DateTimeField(default=now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organization", "name"], name="macro_name")]

    def __str__(self) -> str:
        return self.name


class PolicyTest(TenantModel):
    """What an administrator expects: given a conversation like this, it goes there and is due then."""

    name = models.CharField(max_length=160)
    given = models.JSONField(default=dict)
    expected = models.JSONField(default=dict)
    result = models.JSONField(default=dict, blank=True)
    ran_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organization", "name"], name="policy_test_name")]


class Backtest(TenantModel):
    """A period replayed through a changed set of queues, promises or rules, and the differences.

    `change` is what is different from today's settings; `done` and `total` count conversations.
    """

    class State(models.TextChoices):
        """How far it is."""

        WAITING = "waiting"
        RUNNING = "running"
        DONE = "done"
        FAILED = "failed"
        CANCELLED = "cancelled"

    started_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    begins_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    change = models.JSONField(default=dict)
    state = models.CharField(max_length=9, choices=State.choices, default=State.WAITING)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    result = models.JSONField(default=dict, blank=True)
    error = models.CharField(max_length=400, blank=True, default="")
    created_at = models.DateTimeField(default=now)
    updated_at = models.DateTimeField(default=now)

    class Meta:
        indexes = [models.Index(fields=["organization", "-created_at"], name="backtest_latest")]
