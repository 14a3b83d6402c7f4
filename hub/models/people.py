"""People here: users, their memberships, teams, tokens, and what agents say of their state."""

from typing import Any, ClassVar

import uuid_utils.compat
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models import Q

from hub.clock import now
from hub.models.organization import Organization
from hub.tenancy import TenantModel


class UserManager(BaseUserManager["User"]):
    """Makes users; addresses are kept in lower case."""

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email=(username or "").lower())

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """A user who signs in with this address; without a password nobody can."""
        user = self.model(email=email.lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """A user who may do everything in every organization's administration."""
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)


class User(AbstractBaseUser, PermissionsMixin):
    """Somebody who can sign in. What they may do is decided by their membership."""

    id = models.UUIDField(primary_key=True, default=uuid_utils.compat.uuid7, editable=False)
    email = models.EmailField(unique=True)
    name = models.CharField(max_length=200)
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=now)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    objects = UserManager()

    def __str__(self) -> str:
        return self.name or self.email

    def get_full_name(self) -> str:
        """The name as colleagues and customers read it."""
        return str(self)


class Role(models.TextChoices):
    """What a member may do; custom roles refine these."""

    AGENT = "agent"
    SUPERVISOR = "supervisor"
    ADMINISTRATOR = "administrator"


class Membership(TenantModel):
    """A user's place in an organization.

    Who `returns_by_itself` takes work again with the first thing they do here after not having answered.
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=16, choices=Role.choices, default=Role.AGENT)
    locale = models.CharField(max_length=16, default="en")
    time_zone = models.CharField(max_length=64, default="UTC")
    is_active = models.BooleanField(default=True)
    returns_by_itself = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "user"], name="membership_once"),
        ]


class Team(TenantModel):
    """A set of agents who answer together."""

    name = models.CharField(max_length=120)
    members = models.ManyToManyField(User, through="TeamMember", related_name="teams")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organization", "name"], name="team_name")]

    def __str__(self) -> str:
        return self.name


class TeamMember(TenantModel):
    """One agent's place in a team."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="places")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["team", "user"], name="team_member_once")]


class AgentState(TenantModel):
    """What an agent said of their state, as history: the newest row holds.

    `unavailable` are {availability class: reason} that the hub added because the agent did not answer.
    """

    class State(models.TextChoices):
        """The activities of the routing design; reasons are the organization's own words."""

        ONLINE = "online"
        AWAY = "away"
        BUSY = "busy"
        OFFLINE = "offline"

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    state = models.CharField(max_length=8, choices=State.choices)
    reason = models.CharField(max_length=120, blank=True, default="")
    unavailable = models.JSONField(default=dict, blank=True)
    since = models.DateTimeField(default=now)
    until = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "user"], condition=Q(until__isnull=True), name="agent_state_now"
            ),
        ]
        indexes = [models.Index(fields=["organization", "user", "-since"], name="agent_state_history")]


class ApiToken(TenantModel):
    """A bearer token of a user in one organization; only its SHA-256 is kept."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=120)
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(default=now)
    expires_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)


__all__ = [
    "AgentState",
    "ApiToken",
    "Membership",
    "Organization",
    "Role",
    "Team",
    "TeamMember",
    "User",
    "UserManager",
]
