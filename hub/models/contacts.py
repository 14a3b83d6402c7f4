"""People there: contacts and the addresses by which they are known."""

from django.db import models

from hub.clock import now
from hub.tenancy import TenantModel


class Contact(TenantModel):
    """A person who writes, calls or chats; known by any number of identities."""

    name = models.CharField(max_length=200, blank=True, default="")
    locale = models.CharField(max_length=16, blank=True, default="")
    time_zone = models.CharField(max_length=64, blank=True, default="")
    custom = models.JSONField(default=dict, blank=True)
    created_at = models.DateTimeField(default=now)
    updated_at = models.DateTimeField(default=now)

    class Meta:
        indexes = [models.Index(fields=["organization", "name"], name="contact_name")]

    def __str__(self) -> str:
        return self.name


class Identity(TenantModel):
    """One address of a contact: `kind` says of what sort, `value` is its normal form.

    Kinds are the connectors' own words ("email", "phone" in E.164, "visitor", …); a value
    belongs to one contact of an organization. `unreachable_since` is set when the channel
    reported the address as dead or unwilling, and cleared by the next sign of life;
    `unsubscribed_at` when its owner wants no automatic messages.
    """

    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="identities")
    kind = models.CharField(max_length=32)
    value = models.CharField(max_length=320)
    unreachable_since = models.DateTimeField(null=True, blank=True)
    unreachable_reason = models.CharField(max_length=200, blank=True, default="")
    unsubscribed_at = models.DateTimeField(null=True, blank=True)
    display = models.CharField(max_length=320, blank=True, default="")
    verified_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "kind", "value"], name="identity_once"),
        ]

    def __str__(self) -> str:
        return self.display or self.value
