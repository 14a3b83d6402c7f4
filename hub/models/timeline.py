"""The timeline: items in order, and the detail row of each kind."""

from django.db import models
from django.db.models import Q

from hub.clock import now
from hub.models.channels import Channel, InboundEnvelope
from hub.models.contacts import Identity
from hub.models.conversations import Conversation
from hub.models.people import User
from hub.tenancy import TenantModel


class TimelineItem(TenantModel):
    """An entry of a conversation's timeline; `seq` is dense per conversation, from 1.

    Its author is an identity (somebody there), a user (somebody here), or neither (the
    system). Exactly one detail row of its kind goes with it.
    """

    class Kind(models.TextChoices):
        """What sort of entry; a note is another kind than a message, so it cannot be sent."""

        MESSAGE = "message"
        NOTE = "note"
        CALL = "call"
        EVENT = "event"

    class Direction(models.TextChoices):
        """From a customer, to a customer, or among ourselves."""

        INBOUND = "inbound"
        OUTBOUND = "outbound"
        INTERNAL = "internal"

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="items")
    seq = models.PositiveIntegerField()
    kind = models.CharField(max_length=8, choices=Kind.choices)
    direction = models.CharField(max_length=8, choices=Direction.choices)
    author_identity = models.ForeignKey(Identity, on_delete=models.SET_NULL, null=True, related_name="+")
    author_user = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    occurred_at = models.DateTimeField(default=now)
    recorded_at = models.DateTimeField(default=now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["conversation", "seq"], name="item_seq"),
        ]


class Message(TenantModel):
    """What was said on a channel, in or out.

    `external_id` is the provider's id of exactly this message (unique per channel when
    known); `reference` is what others refer to it by (a mail's Message-ID), which a careless
    sender may use twice. `client_id` is the browser's id of what an agent wrote. `folds` are
    [start, end, kind] of the quotes and signatures in `text`; `facts` is what else the channel
    told about it (`hub.messages.InboundMessage.facts`).
    """

    id = None  # type: ignore[assignment]
    item = models.OneToOneField(
        TimelineItem, on_delete=models.CASCADE, primary_key=True, related_name="message"
    )
    channel = models.ForeignKey(Channel, on_delete=models.PROTECT, related_name="+")
    envelope = models.ForeignKey(InboundEnvelope, on_delete=models.SET_NULL, null=True, related_name="+")
    external_id = models.CharField(max_length=255, null=True, blank=True)
    reference = models.CharField(max_length=998, blank=True, default="")
    in_reply_to = models.CharField(max_length=998, blank=True, default="")
    client_id = models.CharField(max_length=100, null=True, blank=True)
    reply_to = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, related_name="+")
    subject = models.CharField(max_length=500, blank=True, default="")
    text = models.TextField(blank=True, default="")
    html = models.TextField(blank=True, default="")
    sender = models.JSONField(null=True, blank=True)
    to = models.JSONField(default=list, blank=True)
    cc = models.JSONField(default=list, blank=True)
    bcc = models.JSONField(default=list, blank=True)
    folds = models.JSONField(default=list, blank=True)
    facts = models.JSONField(default=dict, blank=True)
    is_automatic = models.BooleanField(default=False)
    is_quarantined = models.BooleanField(default=False)
    decisions = models.JSONField(default=list, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["channel", "external_id"],
                condition=Q(external_id__isnull=False),
                name="message_external_id",
            ),
            models.UniqueConstraint(
                fields=["organization", "client_id"],
                condition=Q(client_id__isnull=False),
                name="message_client_id",
            ),
        ]
        indexes = [
            models.Index(
                fields=["organization", "reference"], condition=~Q(reference=""), name="message_reference"
            ),
        ]


class Note(TenantModel):
    """What agents say among themselves; it has no channel and can never leave the hub."""

    id = None  # type: ignore[assignment]
    item = models.OneToOneField(TimelineItem, on_delete=models.CASCADE, primary_key=True, related_name="note")
    text = models.TextField()
    mentions = models.JSONField(default=list, blank=True)
    client_id = models.CharField(max_length=100, null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "client_id"],
                condition=Q(client_id__isnull=False),
                name="note_client_id",
            ),
        ]


class StatusEvent(TenantModel):
    """Something that happened to the conversation: assigned, resolved, merged, …"""

    id = None  # type: ignore[assignment]
    item = models.OneToOneField(
        TimelineItem, on_delete=models.CASCADE, primary_key=True, related_name="event"
    )
    name = models.CharField(max_length=60)
    data = models.JSONField(default=dict, blank=True)


class Attachment(TenantModel):
    """A file of a message; the bytes lie in the media storage under `storage_key`.

    An attachment without an item was uploaded and waits to be sent.
    """

    item = models.ForeignKey(TimelineItem, on_delete=models.CASCADE, null=True, related_name="attachments")
    uploaded_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    position = models.PositiveSmallIntegerField(default=0)
    filename = models.CharField(max_length=255)
    content_type = models.CharField(max_length=127, default="application/octet-stream")
    size = models.PositiveBigIntegerField()
    digest = models.CharField(max_length=64)
    storage_key = models.CharField(max_length=200)
    content_id = models.CharField(max_length=255, blank=True, default="")
    is_inline = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=now)
