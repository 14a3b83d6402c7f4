"""What would be promised to a conversation that begins at a moment, by kept policies or a draft."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from hub.models import Channel, ClockKind, Organization, Priority
from inbox import conditions
from inbox.conditions import choices
from inbox.sla.calendar import Calendar
from inbox.sla.clocks import Clock, Segment
from inbox.sla.instants import NeverComes
from inbox.sla.terms import Book, Terms, book

_AT_ONCE: Final = (
    ClockKind.FIRST_REPLY,
    ClockKind.RESOLUTION,
    ClockKind.AGENT_WORK,
    ClockKind.REQUESTER_WAIT,
    ClockKind.ANSWER,
)
"""What begins with a conversation; the others begin later, and are told as if they began now as well."""

_REFERENCES: Final = ("agent", "team", "queue", "channel")


class Due(NamedTuple):
    """A clock that would run, and when it would be due; None if never."""

    clock: str
    due_at: datetime | None
    target_seconds: int
    is_working_time: bool
    text: str


class Foreseen(NamedTuple):
    """Which policy would apply, None if none, why, and what would be due when."""

    terms: Terms | None
    why: list[dict[str, Any]]
    dues: list[Due]


def foresee(
    organization: Organization,
    values: Mapping[str, Any],
    at: datetime,
    draft: Terms | None = None,
    position: int | None = None,
) -> Foreseen:
    """What a conversation with these values (by the names of `inbox.conditions`) would be promised at `at`.

    `draft` stands for the kept policy with its id, or at this position among the others.
    """
    names = choices.names(organization, list(_REFERENCES))
    subject = conditions.Subject(values, at, {}, names)
    why: list[dict[str, Any]] = []
    for terms in _with_draft(book(organization.pk), draft, position).terms:
        verdict = conditions.evaluate(terms.conditions, subject)
        why = verdict.why
        if verdict.holds:
            priority = str(values.get("conversation.priority") or Priority.NORMAL)
            return Foreseen(terms, why, dues(terms, priority, at))
    return Foreseen(None, why, [])


def values_of(given: Mapping[str, Any], channel: Channel | None) -> dict[str, Any]:
    """What people say of a conversation, as conditions ask for it; the channel's own values come along."""
    values: dict[str, Any] = {
        f"conversation.{name}": given.get(name)
        for name in ("priority", "subject", "queue_id", "team_id", "assignee_id", "labels")
    }
    values |= {
        f"contact.{name}": given.get(f"contact_{name}") for name in ("name", "email", "phone", "locale")
    }
    values["contact.domain"] = str(given.get("contact_email") or "").rpartition("@")[2]
    for noun in ("custom", "contact_custom"):
        place = "contact" if noun == "contact_custom" else "conversation"
        values |= {f"{place}.custom.{key}": value for key, value in (given.get(noun) or {}).items()}
    if channel is not None:
        values["conversation.channel_id"] = [str(channel.pk)]
        values["conversation.channel_kind"] = [channel.kind]
        values |= {"channel.kind": channel.kind, "channel.address": channel.address}
        values["conversation.queue_id"] = values["conversation.queue_id"] or channel.queue_id
    return {name: str(value) if isinstance(value, UUID) else value for name, value in values.items()}


def dues(terms: Terms, priority: str, at: datetime) -> list[Due]:
    """When each clock of a policy would be due if it began at `at`, those first that begin at once."""
    found: list[Due] = []
    for kind in (*_AT_ONCE, *(kind for kind in ClockKind if kind not in _AT_ONCE)):
        clock = Clock(kind, "", 1, at, priority, segments=[Segment(at, None, True, "")])
        if (promise := terms.promise(clock)) is not None:
            due, target = promise.due_at, promise.target
            text = "never" if due is None else spoken(due, terms.calendar.time_zone, at)
            found.append(Due(kind, due, target.seconds, target.is_working_time, text))
    return found


def due_in(calendar: Calendar, at: datetime, seconds: int) -> datetime | None:
    """When so much working time will have passed; None if never."""
    try:
        return calendar.add(at, timedelta(seconds=seconds))
    except NeverComes:
        return None


def spoken(moment: datetime, time_zone: str, at: datetime) -> str:
    """A moment as people say it on the wall of a zone: "Monday 10:40", with the date when that is far."""
    wall, today = moment.astimezone(ZoneInfo(time_zone)), at.astimezone(ZoneInfo(time_zone)).date()
    days = (wall.date() - today).days
    day = "today" if days == 0 else f"{wall:%A}" if 0 < days < 7 else f"{wall:%A}, {wall.day} {wall:%B %Y},"
    return f"{day} {wall:%H:%M}"


def _with_draft(found: Book, draft: Terms | None, position: int | None) -> Book:
    if draft is None:
        return found
    if found.of(draft.policy_id) is not None:
        return Book([draft if terms.policy_id == draft.policy_id else terms for terms in found.terms])
    place = 0 if position is None else position
    return Book([*found.terms[:place], draft, *found.terms[place:]])
