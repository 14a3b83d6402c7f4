"""Conversations: the unified thread, who takes part, and how it is labelled."""

from django.db import models
from django.db.models import Q

from hub.clock import now
from hub.models.channels import Channel
from hub.models.contacts import Contact, Identity
from hub.models.people import Team, User
from hub.models.queues import Queue
from hub.tenancy import TenantModel


class Label(TenantModel):
    """A word that agents put on conversations."""

    name = models.CharField(max_length=60)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organization", "name"], name="label_name")]

    def __str__(self) -> str:
        return self.name


class Status(models.TextChoices):
    """The status of a conversation."""

    NEW = "new"
    OPEN = "open"
    PENDING = "pending"
    SNOOZED = "snoozed"
    RESOLVED = "resolved"
    CLOSED = "closed"


class Priority(models.TextChoices):
    """How urgent a conversation is."""

    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"
    URGENT = "urgent"


ACTIVE = frozenset({Status.NEW, Status.OPEN, Status.PENDING})
"""The statuses in which somebody here still has something to do."""


class Conversation(TenantModel):
    """One story with one person, over any number of channels.

    It has no channel column: the channel belongs to each item. `is_active` repeats what
    `status` says so that "everything open" is one range of an index; `sla` repeats the clock that is
    due first, as lists show it, and `sla_due_at` when.
    """

    number = models.BigIntegerField()
    subject = models.CharField(max_length=500, blank=True, default="")
    status = models.CharField(max_length=8, choices=Status.choices, default=Status.NEW)
    is_active = models.BooleanField(default=True)
    priority = models.CharField(max_length=6, choices=Priority.choices, default=Priority.NORMAL)
    queue = models.ForeignKey(Queue, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    team = models.ForeignKey(Team, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    assignee = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    requester = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="conversations")
    last_item_seq = models.PositiveIntegerField(default=0)
    last_inbound_seq = models.PositiveIntegerField(default=0)
    last_activity_at = models.DateTimeField(default=now)
    last_direction = models.CharField(max_length=8, blank=True, default="")
    last_agent = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", db_index=False
    )
    preview = models.CharField(max_length=200, blank=True, default="")
    channel_ids = models.JSONField(default=list, blank=True)
    waiting_since = models.DateTimeField(null=True, blank=True)
    status_since = models.DateTimeField(default=now)
    snoozed_until = models.DateTimeField(null=True, blank=True)
    sla = models.JSONField(null=True, blank=True)
    sla_due_at = models.DateTimeField(null=True, blank=True)
    merged_into = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    custom = models.JSONField(default=dict, blank=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(default=now)
    updated_at = models.DateTimeField(default=now)
    labels = models.ManyToManyField(Label, through="ConversationLabel", related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "number"], name="conversation_number"),
        ]
        indexes = [
            models.Index(
                fields=["organization", "is_active", "-last_activity_at", "-id"], name="conv_active"
            ),
            models.Index(fields=["organization", "status", "-last_activity_at", "-id"], name="conv_status"),
            models.Index(
                fields=["organization", "assignee", "is_active", "-last_activity_at", "-id"],
                name="conv_assignee",
            ),
            models.Index(
                fields=["organization", "queue", "is_active", "-last_activity_at", "-id"], name="conv_queue"
            ),
            models.Index(
                fields=["organization", "team", "is_active", "-last_activity_at", "-id"], name="conv_team"
            ),
            models.Index(fields=["requester", "-last_activity_at"], name="conv_requester"),
            models.Index(
                fields=["organization", "waiting_since", "id"],
                condition=Q(waiting_since__isnull=False, is_active=True),
                name="conv_waiting",
            ),
            models.Index(
                fields=["organization", "sla_due_at", "id"],
                condition=Q(sla_due_at__isnull=False, is_active=True),
                name="conv_due",
            ),
            models.Index(fields=["snoozed_until"], condition=Q(status="snoozed"), name="conv_snoozed"),
            # Only what rests: whatever comes in begins as new, and need not be written here.
            models.Index(
                fields=["organization", "status", "status_since", "id"],
                condition=Q(status__in=["pending", "snoozed", "resolved", "closed"]),
                name="conv_rests",
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.number}"


class ConversationLabel(TenantModel):
    """A label on a conversation."""

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="+")
    label = models.ForeignKey(Label, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["conversation", "label"], name="conversation_label_once")
        ]


class Participant(TenantModel):
    """Somebody who takes part: an identity of a contact, or a user here."""

    class Role(models.TextChoices):
        """In which part."""

        REQUESTER = "requester"
        CC = "cc"
        AGENT = "agent"
        FOLLOWER = "follower"
        SUPERVISOR = "supervisor"

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="participants")
    identity = models.ForeignKey(Identity, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    user = models.ForeignKey(User, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    role = models.CharField(max_length=10, choices=Role.choices)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(identity__isnull=False, user__isnull=True)
                | Q(identity__isnull=True, user__isnull=False),
                name="participant_is_one",
            ),
            models.UniqueConstraint(
                fields=["conversation", "identity"],
                condition=Q(identity__isnull=False),
                name="participant_identity",
            ),
            models.UniqueConstraint(
                fields=["conversation", "user"], condition=Q(user__isnull=False), name="participant_user"
            ),
        ]


class ConversationLink(TenantModel):
    """That a conversation has to do with another one, and how: `conversation` came out of `other`."""

    class Kind(models.TextChoices):
        """How: a stranger's answer, a forwarded mail, a part that was split off."""

        CONTINUES = "continues"
        FORWARDED = "forwarded"
        SPLIT = "split"

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="links")
    other = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="linked_from")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    created_at = models.DateTimeField(default=now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["conversation", "other", "kind"], name="conversation_link_once"),
            models.CheckConstraint(condition=~Q(conversation=models.F("other")), name="link_is_to_another"),
        ]


class ChannelThread(TenantModel):
    """Which conversation a provider's own thread (a chat, a Slack thread) goes on in."""

    channel = models.ForeignKey(Channel, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=255)
    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["channel", "key"], name="thread_key_once")]


class AwaitedReference(TenantModel):
    """A reference that messages of a conversation name, of a message that has not come yet.

    When it comes late, it belongs there, and so does whoever names it as well. `digest` is SHA-256 in
    hex of the reference, which may be longer than an index takes.
    """

    channel = models.ForeignKey(Channel, on_delete=models.CASCADE, related_name="+")
    digest = models.CharField(max_length=64)
    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["channel", "digest", "conversation"], name="awaited_reference_once"
            ),
        ]


class ReadMark(TenantModel):
    """Up to which item a user has read a conversation."""

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="+")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    seq = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["conversation", "user"], name="read_mark_once")]


class Counter(TenantModel):
    """A number that lists show, kept in the transaction that changes it.

    Keys: "open", "unassigned", "snoozed", "mine:<user>", "queue:<queue>", "team:<team>".
    """

    key = models.CharField(max_length=80)
    value = models.BigIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organization", "key"], name="counter_key")]
