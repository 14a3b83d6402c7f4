"""Imports: mail that was elsewhere before, on its way into conversations, and what became of it."""

from __future__ import annotations

from django.db import models

from hub.clock import now
from hub.encryption import EncryptedJSONField
from hub.models import Channel, InboundEnvelope, TimelineItem, User
from hub.tenancy import TenantModel


class MailImport(TenantModel):
    """One source of old mail for one channel.

    `source` says where it is: {"files": [{"path", "name", "sent"}]} or {"folder": path} or {"account": …,
    "folders": […]}. `cursor` is how far it was read; `total` is known once it was read to its end.
    `reasons` counts what was not imported, by "state: reason".
    """

    class Kind(models.TextChoices):
        """Where the mail is."""

        MBOX = "mbox"
        MAILDIR = "maildir"
        IMAP = "imap"

    class State(models.TextChoices):
        """Its life; whatever is not `done` may be resumed, and goes on where it was."""

        QUEUED = "queued"
        RUNNING = "running"
        PAUSED = "paused"
        DONE = "done"
        FAILED = "failed"
        CANCELED = "canceled"

    class Phase(models.TextChoices):
        """First all is looked through, so that it can be imported in the order of its dates."""

        READING = "reading"
        IMPORTING = "importing"

    channel = models.ForeignKey(Channel, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    name = models.CharField(max_length=255)
    source = models.JSONField(default=dict)
    secrets = EncryptedJSONField(default=dict, blank=True)
    options = models.JSONField(default=dict, blank=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.QUEUED)
    phase = models.CharField(max_length=9, choices=Phase.choices, default=Phase.READING)
    cursor = models.JSONField(default=dict, blank=True)
    total = models.PositiveIntegerField(null=True, blank=True)
    imported = models.PositiveIntegerField(default=0)
    skipped = models.PositiveIntegerField(default=0)
    failed = models.PositiveIntegerField(default=0)
    reasons = models.JSONField(default=dict, blank=True)
    error = models.CharField(max_length=500, blank=True, default="")
    created_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(default=now)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["channel", "-created_at"], name="mail_import_channel")]

    def __str__(self) -> str:
        return self.name

    @property
    def is_going_on(self) -> bool:
        """Whether it is being worked off, or about to be."""
        return self.state in (self.State.QUEUED, self.State.RUNNING)

    @property
    def seen(self) -> int:
        """Mails whose fate is known."""
        return self.imported + self.skipped + self.failed


class MailImportEntry(TenantModel):
    """One mail of a source: where it stands there, and what became of it.

    `part` is the number of the file or folder, `offset` and `length` are bytes in a file, `place` is a
    Maildir's file name. Mails are imported by `written_at`, then `number`.
    """

    class State(models.TextChoices):
        """`failed` mail that could be read at all is kept raw, in quarantine."""

        WAITING = "waiting"
        IMPORTED = "imported"
        SKIPPED = "skipped"
        FAILED = "failed"

    mail_import = models.ForeignKey(MailImport, on_delete=models.CASCADE, related_name="entries")
    number = models.PositiveIntegerField()
    part = models.PositiveSmallIntegerField(default=0)
    offset = models.PositiveBigIntegerField(default=0)
    length = models.PositiveBigIntegerField(default=0)
    place = models.CharField(max_length=500, blank=True, default="")
    written_at = models.DateTimeField()
    message_id = models.CharField(max_length=255, blank=True, default="")
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    reason = models.CharField(max_length=255, blank=True, default="")
    attempts = models.PositiveSmallIntegerField(default=0)
    item = models.ForeignKey(TimelineItem, on_delete=models.SET_NULL, null=True, related_name="+")
    envelope = models.ForeignKey(InboundEnvelope, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["mail_import", "number"], name="mail_import_number")]
        indexes = [
            models.Index(fields=["mail_import", "state", "written_at", "number"], name="mail_import_next")
        ]
