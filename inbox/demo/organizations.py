"""Who is in the demo: organizations, users, teams, queues and channels."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from hub import registry, tokens
from hub.models import ApiToken, Channel, Membership, Organization, Queue, Role, Team, TeamMember, User
from hub.transaction import unit
from hub.viewer import Viewer


@dataclass(frozen=True, slots=True)
class Person:
    """A user of the demo; `key` is their name in demo.json, empty for further colleagues."""

    key: str
    login: str
    name: str
    role: str
    teams: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """What one organization of the demo consists of."""

    slug: str
    name: str
    time_zone: str
    people: tuple[Person, ...]
    teams: tuple[str, ...]
    queues: tuple[tuple[str, str, str, str], ...]
    """(key, name, icon, team)"""


@dataclass(slots=True)
class Cast:
    """An organization of the demo as it is in the database, with what demo.json tells of it."""

    plan: Plan
    organization: Organization
    viewers: dict[str, Viewer] = field(default_factory=dict)
    """By login, the part of the address before @."""
    secrets: dict[str, dict[str, str]] = field(default_factory=dict)
    channels: dict[str, Channel] = field(default_factory=dict)
    channel_fields: dict[str, dict[str, Any]] = field(default_factory=dict)
    queues: dict[str, Queue] = field(default_factory=dict)


PLANS = (
    Plan(
        "acme",
        "Acme",
        "Europe/Berlin",
        (
            Person("admin", "admin", "Ada Lindqvist", Role.ADMINISTRATOR),
            Person("supervisor", "supervisor", "Samuel Okafor", Role.SUPERVISOR, ("Orders", "Workshop")),
            Person("agent", "agent", "Jonas Brandt", Role.AGENT, ("Orders",)),
            Person("agent2", "agent2", "Ana Kovačević", Role.AGENT, ("Orders", "Workshop")),
            Person("", "tomasz", "Tomasz Wiśniewski", Role.AGENT, ("Workshop",)),
            Person("", "priya", "Priya Raghunathan", Role.AGENT, ("Billing",)),
        ),
        ("Orders", "Workshop", "Billing"),
        (
            ("support", "Support", "inbox", ""),
            ("orders", "Orders", "shopping-cart", "Orders"),
            ("workshop", "Workshop", "wrench", "Workshop"),
            ("billing", "Billing", "file-text", "Billing"),
            ("phone", "Phone", "phone", "Orders"),
        ),
    ),
    Plan(
        "globex",
        "Globex",
        "America/New_York",
        (
            Person("admin", "admin", "Gloria Hernández", Role.ADMINISTRATOR),
            Person("supervisor", "supervisor", "Dmitri Volkov", Role.SUPERVISOR, ("Service",)),
            Person("agent", "agent", "Mei-Ling Chen", Role.AGENT, ("Service",)),
            Person("agent2", "agent2", "Yusuf Demir", Role.AGENT, ("Service", "Spare parts")),
        ),
        ("Service", "Spare parts"),
        (
            ("support", "Support", "inbox", ""),
            ("parts", "Spare parts", "package", "Spare parts"),
            ("phone", "Phone", "phone", "Service"),
        ),
    ),
)


def make(plan: Plan, known: Mapping[str, Any]) -> Cast:
    """Make what is missing of an organization; `known` is its part of an earlier demo.json."""
    with unit():
        organization, _ = Organization.objects.get_or_create(
            slug=plan.slug, defaults={"name": plan.name, "time_zone": plan.time_zone}
        )
        cast = Cast(plan, organization)
        teams = {name: _team(organization, name) for name in plan.teams}
        for person in plan.people:
            _person(cast, person, teams, known.get("users", {}).get(person.key, {}))
        for position, (key, name, icon, team) in enumerate(plan.queues):
            cast.queues[key] = Queue.objects.within(organization).get_or_create(
                organization=organization,
                key=key,
                defaults={
                    "name": name,
                    "icon": icon,
                    "team": teams.get(team),
                    "is_open_to_all": not team,
                    "position": position,
                },
            )[0]
        _channels(cast)
    return cast


def _team(organization: Organization, name: str) -> Team:
    return Team.objects.within(organization).get_or_create(organization=organization, name=name)[0]


def _person(cast: Cast, person: Person, teams: Mapping[str, Team], known: Mapping[str, str]) -> None:
    organization = cast.organization
    email = f"{person.login}@{organization.slug}.test"
    user = User.objects.filter(email=email).first() or User.objects.create_user(email, None, name=person.name)
    membership, _ = Membership.objects.within(organization).get_or_create(
        organization=organization,
        user=user,
        defaults={"role": person.role, "time_zone": cast.plan.time_zone},
    )
    for name in person.teams:
        TeamMember.objects.within(organization).get_or_create(
            organization=organization, team=teams[name], user=user
        )
    cast.viewers[person.login] = Viewer(user, organization, membership)
    if person.key:
        cast.secrets[person.key] = {
            "id": str(user.pk),
            "email": email,
            "password": _password(user, known.get("password", "")),
            "api_token": _token(organization, user, known.get("api_token", "")),
        }


def _password(user: User, known: str) -> str:
    """The password of before, else a new one that can be typed. One that its user has changed since
    stays theirs: it is neither checked, which costs a quarter of a second, nor set anew."""
    if known and user.has_usable_password():
        return known
    password = "-".join(secrets.choice(_WORDS.split()) for _ in range(3)) + f"-{secrets.randbelow(90) + 10}"
    user.set_password(password)
    user.save(update_fields=["password"])
    return password


_WORDS = """
amber birch cedar clover coral cobalt copper delta ember falcon fern flint garnet ginger harbor
hazel indigo island ivory jasper juniper kestrel lagoon lantern lemon linden lotus maple marble
meadow mistral nectar oak ocean olive onyx opal orchid otter pebble pepper pine plum poplar prairie
quartz raven reed river robin saffron sage sparrow spruce summit thistle timber tulip velvet violet
walnut willow winter zephyr
"""


def _token(organization: Organization, user: User, known: str) -> str:
    tokens_of_user = ApiToken.objects.within(organization).filter(user=user)
    if known and tokens_of_user.filter(digest=tokens.digest(known)).exists():
        return known
    secret = "hub_" + secrets.token_urlsafe(32)
    ApiToken(organization=organization, user=user, name="Demo", digest=tokens.digest(secret)).save()
    return secret


def _channels(cast: Cast) -> None:
    """One channel of each kind whose connector knows how to make a demo of itself."""
    for _, module in registry.connector_modules("demo"):
        channel, fields = module.demo_channel(cast.organization)
        if channel.queue_id is None:
            channel.queue = cast.queues["support"]
            channel.save(update_fields=["queue"])
        cast.channels[channel.kind] = channel
        cast.channel_fields[channel.kind] = fields
