"""What agents write with: signatures under their messages, and templates for what they say often."""

from django.db import models
from django.db.models import Q

from hub.clock import now
from hub.models.channels import Channel
from hub.models.people import Team, User
from hub.tenancy import TenantModel


class Signature(TenantModel):
    """What stands under an outgoing mail. The closest one applies: the agent's, the team's, the channel's,
    then the organization's (none of the three set). May hold `{{agent.name}}` and the like.
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    team = models.ForeignKey(Team, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    channel = models.ForeignKey(Channel, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    text = models.TextField(blank=True, default="")
    html = models.TextField(blank=True, default="")
    updated_at = models.DateTimeField(default=now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "user"], condition=Q(user__isnull=False), name="signature_of_user"
            ),
            models.UniqueConstraint(
                fields=["organization", "team"], condition=Q(team__isnull=False), name="signature_of_team"
            ),
            models.UniqueConstraint(
                fields=["organization", "channel"],
                condition=Q(channel__isnull=False),
                name="signature_of_channel",
            ),
            models.UniqueConstraint(
                fields=["organization"],
                condition=Q(user__isnull=True, team__isnull=True, channel__isnull=True),
                name="signature_of_all",
            ),
            models.CheckConstraint(
                condition=Q(user__isnull=True, team__isnull=True)
                | Q(user__isnull=True, channel__isnull=True)
                | Q(team__isnull=True, channel__isnull=True),
                name="signature_of_one",
            ),
        ]


class Template(TenantModel):
    """A text that agents insert by its `shortcut`; for one team, or for all.

    May hold variables such as `{{contact.name}}`.
    """

    name = models.CharField(max_length=120)
    shortcut = models.SlugField(max_length=60)
    subject = models.CharField(max_length=500, blank=True, default="")
    text = models.TextField(blank=True, default="")
    html = models.TextField(blank=True, default="")
    team = models.ForeignKey(Team, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    updated_at = models.DateTimeField(default=now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "shortcut"], name="template_shortcut"),
        ]

    def __str__(self) -> str:
        return self.name
