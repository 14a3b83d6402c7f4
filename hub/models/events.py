"""The event log: what happened in an organization, numbered densely in the order of commits."""

import secrets

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from hub.tenancy import TenantModel


def new_epoch() -> str:
    """Return a fresh, unguessable name for one unbroken run of an organization's log."""
    return secrets.token_hex(8)


class Event(TenantModel):
    """One append-only entry of the log; `seq` is dense and rises in commit order.

    Written by `realtime.events.append` alone. `audience` says who may see it: empty means every
    member of the organization, otherwise `user:<id>` or `role:<role>`.
    """

    id = models.BigAutoField(primary_key=True)  # type: ignore[assignment]
    seq = models.BigIntegerField()
    name = models.CharField(max_length=64)
    # No constraint and no index: the log outlives what it tells about, and appending stays cheap.
    conversation = models.ForeignKey(
        "hub.Conversation",
        on_delete=models.DO_NOTHING,
        null=True,
        related_name="+",
        db_constraint=False,
        db_index=False,
    )
    actor = models.JSONField(null=True)
    audience = models.CharField(max_length=80, blank=True, default="")
    data = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organization", "seq"], name="event_seq_unique")]

    def __str__(self) -> str:
        return f"{self.seq} {self.name}"


class EventCounter(TenantModel):
    """The last number given out in an organization's log, and how far back the log reaches.

    `epoch` names the log: it changes only when numbering starts anew, so a client that comes back with
    another epoch must refetch. Entries with `seq <= trimmed` have been dropped by retention.
    """

    id = None  # type: ignore[assignment]
    organization = models.OneToOneField(
        "hub.Organization", on_delete=models.CASCADE, primary_key=True, related_name="event_counter"
    )
    seq = models.BigIntegerField(default=0)
    trimmed = models.BigIntegerField(default=0)
    epoch = models.CharField(max_length=32, default=new_epoch)

    def __str__(self) -> str:
        return f"{self.organization_id} at {self.seq}"
