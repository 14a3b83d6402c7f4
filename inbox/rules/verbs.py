"""Each deed by name: what it needs, how it is said, what it would do, and how it is done."""

from collections.abc import Callable, Collection, Mapping
from datetime import timedelta
from typing import Any, Final, NamedTuple

from hub.clock import now
from hub.models import (
    Conversation,
    ConversationLabel,
    Membership,
    Queue,
    Skill,
    Status,
    TeamMember,
    TimelineItem,
)
from inbox import payloads
from inbox.change import Change, as_id, number_all
from inbox.errors import NotFound
from inbox.rules import answering
from inbox.rules.arguments import Argument
from inbox.rules.means import Means
from inbox.rules.triggers import duration
from inbox.templates import fill, values
from inbox.verbs.assignment import assign
from inbox.verbs.fields import set_fields as update
from inbox.verbs.status import set_status

ME: Final = "me"
"""In macros: the agent who runs it."""

Told = tuple[bool, str]
"""Whether something changes, and if not, why; "" for "it is so already"."""


class Doing(NamedTuple):
    """One deed on its way: on which change, with what, and because of which message."""

    change: Change
    deed: Mapping[str, Any]
    means: Means
    item: TimelineItem | None


class Standing(NamedTuple):
    """A conversation as a deed would find it, with its labels and the message in question."""

    conversation: Conversation
    labels: Collection[str] = ()
    item: TimelineItem | None = None


class Kind(NamedTuple):
    """A sort of deed, and where it may stand: in rules, in macros."""

    label: str
    arguments: tuple[Argument, ...]
    in_words: Callable[[Mapping[str, Any], Means], str]
    would: Callable[[Standing, Mapping[str, Any], Means], Told]
    do: Callable[[Doing], Told]
    places: tuple[str, ...] = ("rule", "macro")


_STATUSES: Final = (Status.OPEN, Status.PENDING, Status.RESOLVED, Status.CLOSED)


def _target(deed: Mapping[str, Any], field: str) -> Any:
    value = deed[field]
    return None if value is None else str(value)


def _assigning(field: str, column: str, noun: str) -> dict[str, Any]:
    """The three functions of a deed that assigns."""

    def in_words(deed: Mapping[str, Any], means: Means) -> str:
        target = _target(deed, field)
        if target is None:
            return f"take it from its {noun}"
        if target == ME:
            return "assign it to whoever runs this"
        return f"assign it to {means.name(target)}" if noun == "agent" else f"move it to {means.name(target)}"

    def would(standing: Standing, deed: Mapping[str, Any], means: Means) -> Told:
        present = getattr(standing.conversation, column)
        return (str(present) if present else None) != _target(deed, field), ""

    def do(doing: Doing) -> Told:
        target = _target(doing.deed, field)
        if target == ME:
            target = str(doing.change.actor.user.pk) if doing.change.actor else None
        if field == "queue_id" and target is not None:
            _refuse_archived(doing, target)
        return _changes(doing.change, column, lambda: assign(doing.change, **{column: target}))

    return {"in_words": in_words, "would": would, "do": do}


def _changes(change: Change, column: str, act: Callable[[], None]) -> Told:
    before = getattr(change.conversation, column)
    act()
    return before != getattr(change.conversation, column), ""


def _refuse_archived(doing: Doing, queue_id: str) -> None:
    rows = Queue.objects.within(doing.change.organization).filter(pk=as_id(queue_id))
    if not rows.filter(archived_at__isnull=True).exists():
        raise NotFound("There is no such queue here (any more).")


def _set_priority(doing: Doing) -> Told:
    return update(doing.change, {"priority": doing.deed["priority"]}), ""


def _set_status(doing: Doing) -> Told:
    wanted = doing.deed["status"]
    if wanted not in _STATUSES:
        raise ValueError(wanted)
    return _changes(doing.change, "status", lambda: set_status(doing.change, wanted))


def _snooze(doing: Doing) -> Told:
    until = now() + timedelta(minutes=doing.deed["minutes"])
    set_status(doing.change, Status.SNOOZED, until)
    return True, ""


def _relabel(doing: Doing, names: Collection[str], *, is_added: bool) -> Told:
    change = doing.change
    rows = ConversationLabel.objects.filter(conversation=change.conversation)
    present = set(rows.values_list("label__name", flat=True))
    moved = sorted({name.strip() for name in names} - present if is_added else present & set(names))
    if not moved:
        return False, ""
    wanted = present | set(moved) if is_added else present - set(moved)
    line = "labels_changed", {"added": moved if is_added else [], "removed": [] if is_added else moved}
    return update(change, {"labels": sorted(wanted)}, line), ""


def _set_custom(doing: Doing) -> Told:
    key, value = str(doing.deed["key"]), doing.deed["value"]
    custom = {**doing.change.conversation.custom, key: value}
    return update(doing.change, {"custom": custom}, ("custom_changed", {"key": key, "to": value})), ""


def _note(doing: Doing, text: str, mentions: list[str]) -> Told:
    """An agent's own note as they wrote it; anybody else's says whose it is."""
    change = doing.change
    by = change.acting or {}
    if change.hand is None:
        text = f"{by.get('name') or 'Omnihub'}: {text}"
    item = change.note(text, mentions)
    change.announce("note.created", note=payloads.item(item))
    return True, ""


def _add_note(doing: Doing) -> Told:
    return _note(doing, _filled(doing, str(doing.deed["text"])), [])


def _notify(doing: Doing) -> Told:
    """Colleagues are told by a note that mentions them."""
    wanted = {str(value) for value in doing.deed.get("agent_ids") or ()}
    if team := doing.deed.get("team_id"):
        members = TeamMember.objects.within(doing.change.organization).filter(team_id=as_id(team))
        wanted |= {str(value) for value in members.values_list("user_id", flat=True)}
    if doing.deed.get("assignee") and doing.change.conversation.assignee_id:
        wanted.add(str(doing.change.conversation.assignee_id))
    rows = Membership.objects.within(doing.change.organization).filter(is_active=True)
    known = rows.filter(user_id__in=[as_id(value) for value in wanted]).values_list("user_id", flat=True)
    mentions = sorted(str(value) for value in known)
    if not mentions:
        return False, "there is nobody to tell"
    return _note(doing, _filled(doing, str(doing.deed["text"])), mentions)


def _would_notify(standing: Standing, deed: Mapping[str, Any], means: Means) -> Told:
    is_anybody = bool(deed.get("agent_ids") or deed.get("team_id")) or (
        bool(deed.get("assignee")) and standing.conversation.assignee_id is not None
    )
    return is_anybody, "there is nobody to tell"


def _filled(doing: Doing, text: str) -> str:
    change = doing.change
    if "conversation.number" in text:
        number_all(change.organization, [change.conversation])
    return fill(text, values(change.organization, change.hand, conversation=change.conversation))


def _reply(doing: Doing) -> Told:
    return answering.answer(doing.change, doing.item, doing.deed, doing.means)


def _would_reply(standing: Standing, deed: Mapping[str, Any], means: Means) -> Told:
    is_question = standing.item is not None and standing.item.direction == TimelineItem.Direction.INBOUND
    item = standing.item if is_question else answering.latest_question(standing.conversation)
    reason = answering.obstacle(item, means)
    return not reason, reason


def _require_skill(doing: Doing) -> Told:
    skill_id, level = str(doing.deed["skill_id"]), int(doing.deed["level"])
    skill = Skill.objects.within(doing.change.organization).filter(pk=as_id(skill_id)).first()
    if skill is None:
        raise NotFound("There is no such skill here (any more).")
    wanted = {"skill": skill_id, "level": level}
    change = doing.change
    others = [asked for asked in change.requirements if asked["skill"] != skill_id]
    change.requirements = [*others, wanted]
    line = change.record("skill_required", {"skill": {"id": skill_id, "name": skill.name}, "level": level})
    change.announce("conversation.updated", item=payloads.item(line))
    return True, ""


def _told_labels(deed: Mapping[str, Any]) -> str:
    return ", ".join(f"“{name}”" for name in deed["labels"])


def _told_people(deed: Mapping[str, Any], means: Means) -> str:
    people = [*(deed.get("agent_ids") or ()), *([deed["team_id"]] if deed.get("team_id") else ())]
    named = [means.name(row_id) for row_id in people]
    return ", ".join([*named, "the assignee"] if deed.get("assignee") else named)


def _short(text: object) -> str:
    line = " ".join(str(text).split())
    return f"“{line[:60]}…”" if len(line) > 60 else f"“{line}”"


_TEXT = Argument("text", "text")

DEEDS: Final[Mapping[str, Kind]] = {
    "assign_agent": Kind(
        "Assign to an agent",
        (Argument("agent_id", "one", "agent", is_needed=False),),
        **_assigning("agent_id", "assignee_id", "agent"),
    ),
    "assign_team": Kind(
        "Assign to a team",
        (Argument("team_id", "one", "team", is_needed=False),),
        **_assigning("team_id", "team_id", "team"),
    ),
    "assign_queue": Kind(
        "Move to a queue",
        (Argument("queue_id", "one", "queue", is_needed=False),),
        **_assigning("queue_id", "queue_id", "queue"),
    ),
    "set_priority": Kind(
        "Set the priority",
        (Argument("priority", "one", "priority"),),
        lambda deed, means: f"set the priority to {deed['priority']}",
        lambda standing, deed, means: (standing.conversation.priority != deed["priority"], ""),
        _set_priority,
    ),
    "set_status": Kind(
        "Set the status",
        (Argument("status", "one", "settable_status"),),
        lambda deed, means: f"set the status to {deed['status']}",
        lambda standing, deed, means: (standing.conversation.status != deed["status"], ""),
        _set_status,
    ),
    "snooze": Kind(
        "Put away for a while",
        (Argument("minutes", "number", least=1, most=366 * 24 * 60),),
        lambda deed, means: f"put it away for {duration(timedelta(minutes=deed['minutes']))}",
        lambda standing, deed, means: (True, ""),
        _snooze,
    ),
    "add_labels": Kind(
        "Add labels",
        (Argument("labels", "labels", "label"),),
        lambda deed, means: f"add the labels {_told_labels(deed)}",
        lambda standing, deed, means: (bool(set(deed["labels"]) - set(standing.labels)), ""),
        lambda doing: _relabel(doing, doing.deed["labels"], is_added=True),
    ),
    "remove_labels": Kind(
        "Remove labels",
        (Argument("labels", "labels", "label"),),
        lambda deed, means: f"remove the labels {_told_labels(deed)}",
        lambda standing, deed, means: (bool(set(deed["labels"]) & set(standing.labels)), ""),
        lambda doing: _relabel(doing, doing.deed["labels"], is_added=False),
    ),
    "set_custom": Kind(
        "Set a custom field",
        (Argument("key", "line"), Argument("value", "custom", is_needed=False)),
        lambda deed, means: f"set {_short(deed['key'])} to {_short(deed['value'])}",
        lambda standing, deed, means: (standing.conversation.custom.get(deed["key"]) != deed["value"], ""),
        _set_custom,
    ),
    "add_note": Kind(
        "Write a note",
        (_TEXT,),
        lambda deed, means: f"write the note {_short(deed['text'])}",
        lambda standing, deed, means: (True, ""),
        _add_note,
    ),
    "reply": Kind(
        "Answer the customer",
        (_TEXT, Argument("subject", "line", is_needed=False, may_be_missing=True)),
        lambda deed, means: f"answer {_short(deed['text'])}",
        _would_reply,
        _reply,
        ("rule",),
    ),
    "require_skill": Kind(
        "Ask for a skill",
        (Argument("skill_id", "one", "skill"), Argument("level", "number", least=1, most=10)),
        lambda deed, means: f"ask for {means.name(deed['skill_id'])} at level {deed['level']}",
        lambda standing, deed, means: (True, ""),
        _require_skill,
    ),
    "notify": Kind(
        "Tell colleagues",
        (
            Argument("agent_ids", "many", "agent", may_be_missing=True),
            Argument("team_id", "one", "team", is_needed=False, may_be_missing=True),
            Argument("assignee", "switch", may_be_missing=True),
            _TEXT,
        ),
        lambda deed, means: f"tell {_told_people(deed, means) or 'nobody'}: {_short(deed['text'])}",
        _would_notify,
        _notify,
    ),
}
"""Every sort of deed by name, in the order in which editors offer them."""

SETTABLE: Final = tuple(status_.value for status_ in _STATUSES)
"""The statuses that a deed can set."""
