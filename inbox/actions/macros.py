"""Macros: a text and deeds under one name, kept by supervisors and run by agents."""

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from django.db import IntegrityError, transaction
from django.db.models import F, Q, QuerySet

from hub.clock import now
from hub.models import Macro, Team, TeamMember, TimelineItem
from hub.transaction import unit
from hub.viewer import Viewer
from inbox import directory, html, payloads, templates
from inbox.actions.reply import Draft, known_message, reply
from inbox.actions.settings import announce_setting
from inbox.change import actor_shape, as_id, changing
from inbox.errors import Invalid, NotFound
from inbox.rules import deed_checks, deeds

MANAGE: Final = "writing.manage"
_FIELDS: Final = ("name", "shortcut", "text", "html", "actions")


class Ran(NamedTuple):
    """What came of a macro: its text for the composer, what was done, what failed, and what was sent."""

    text: str
    html: str
    done: deeds.Done
    message: TimelineItem | None


def macros_of(viewer: Viewer, q: str = "") -> list[Macro]:
    """The macros that the viewer may run, those that are used most first; managers see every team's.

    Only those with all words of `q` in name, shortcut or text.
    """
    rows = _visible(viewer)
    for word in q.split():
        rows = rows.filter(Q(name__icontains=word) | Q(shortcut__icontains=word) | Q(text__icontains=word))
    return list(rows.order_by("-uses", "name", "id"))


def macro_of(viewer: Viewer, macro_id: Any) -> Macro:
    """One macro that the viewer may run. Raises `NotFound`."""
    row = _visible(viewer).filter(pk=as_id(macro_id)).first()
    if row is None:
        raise NotFound("There is no such macro.")
    return row


def create_macro(viewer: Viewer, fields: Mapping[str, Any]) -> Macro:
    """Keep a macro. Raises `Invalid`, also for a name that is taken."""
    row = Macro(organization=viewer.organization)
    with unit():
        _fill(viewer, row, fields)
        announce_setting(viewer, "macro", row)
    return row


def change_macro(viewer: Viewer, macro_id: Any, fields: Mapping[str, Any]) -> Macro:
    """Change some fields of a macro. Raises `Invalid`, `NotFound`."""
    with unit():
        row = macro_of(viewer, macro_id)
        _fill(viewer, row, fields)
        announce_setting(viewer, "macro", row)
        return row


def remove_macro(viewer: Viewer, macro_id: Any) -> None:
    """Delete a macro. Raises `NotFound`."""
    with unit():
        row = macro_of(viewer, macro_id)
        announce_setting(viewer, "macro", row, is_removed=True)
        row.delete()


def run_macro(
    viewer: Viewer,
    conversation_id: Any,
    macro_id: Any,
    *,
    send: bool = False,
    client_id: str = "",
    seen_seq: int | None = None,
    force: bool = False,
) -> Ran:
    """Do what a macro does, as the agent, and answer its text with variables filled; one transaction.

    With `send` the text is sent to the customer first, guarded as every reply is (`seen_seq`, `force`); the
    same `client_id` again does nothing a second time. Raises what `reply` raises, `NotFound`.
    """
    with unit():
        macro = macro_of(viewer, macro_id)
        with changing(viewer, conversation_id) as change:
            conversation = change.conversation
            channel = next(iter(directory.channels_of(viewer, conversation)), None)
            known = templates.values(viewer.organization, viewer.user, channel, conversation)
            words = templates.rendered(macro.text, macro.html, known)
            said = known_message(viewer, conversation, Draft(client_id=client_id)) if send else None
        if said is not None:
            return Ran(words.text, words.html, deeds.Done([], []), said)
        draft = Draft(words.text, words.html, client_id=client_id, seen_seq=seen_seq, force=force)
        sent = reply(viewer, conversation_id, draft) if send else None
        done = _do(viewer, conversation_id, macro)
        Macro.objects.within(viewer.organization).filter(pk=macro.pk).update(uses=F("uses") + 1)
        return Ran(words.text, words.html, done, sent)


def _do(viewer: Viewer, conversation_id: Any, macro: Macro) -> deeds.Done:
    """The deeds, with a line in the timeline that says what brought them about."""
    with changing(viewer, conversation_id) as change:
        if not macro.actions:
            return deeds.Done([], [])
        line = change.record("macro_ran", {"macro": {"id": str(macro.pk), "name": macro.name}})
        change.announce("conversation.updated", item=payloads.item(line))
        by = actor_shape(viewer)
        assert by is not None
        return deeds.apply(change, macro.actions, by=by)


def _visible(viewer: Viewer) -> QuerySet[Macro]:
    rows = Macro.objects.within(viewer.organization)
    if viewer.may(MANAGE):
        return rows
    places = TeamMember.objects.within(viewer.organization).filter(user=viewer.user)
    return rows.filter(Q(team__isnull=True) | Q(team_id__in=list(places.values_list("team_id", flat=True))))


def _fill(viewer: Viewer, row: Macro, fields: Mapping[str, Any]) -> None:
    for name in _FIELDS:
        if name in fields:
            setattr(row, name, fields[name] or type(getattr(row, name))())
    row.name, row.shortcut = row.name.strip(), row.shortcut.lower()
    row.html = html.sanitise(row.html) if row.html.strip() else ""
    if "team_id" in fields:
        row.team = _team(viewer, fields["team_id"])
    if errors := _errors(viewer, row):
        raise Invalid(errors)
    row.updated_at = now()
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        raise Invalid({"name": ["Another macro has this name."]}) from None


def _errors(viewer: Viewer, row: Macro) -> dict[str, list[str]]:
    found = {
        "name": [] if row.name else ["Give the macro a name."],
        "actions": deed_checks.problems(row.actions, viewer.organization, place="macro"),
        "text": deed_checks.unknown_variables(row.text or row.html),
    }
    if not (row.actions or row.text.strip() or row.html.strip()):
        found["text"] = ["Write something, or choose what is to be done."]
    taken = Macro.objects.within(viewer.organization).filter(shortcut=row.shortcut).exclude(pk=row.pk)
    if row.shortcut and taken.exists():
        found["shortcut"] = ["Another macro has this shortcut."]
    return {name: texts for name, texts in found.items() if texts}


def _team(viewer: Viewer, team_id: Any) -> Team | None:
    if team_id is None:
        return None
    team = Team.objects.within(viewer.organization).filter(pk=as_id(team_id)).first()
    if team is None:
        raise NotFound("There is no such team.")
    return team
