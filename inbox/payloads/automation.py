"""Rules, what they did, and macros, as they leave the hub."""

from collections.abc import Mapping
from typing import Any

from hub.models import Macro, Rule, RuleRun
from inbox.payloads.moments import Shape, id_of, moment


def rule(row: Rule, figures: Mapping[str, Any] | None = None) -> Shape:
    """A rule as it was written; `figures` are its runs and failures of the last week."""
    found = figures or {}
    return {
        "id": str(row.pk),
        "name": row.name,
        "position": row.position,
        "is_active": row.is_active,
        "trigger": row.trigger,
        "conditions": row.conditions,
        "actions": row.actions,
        "stops_others": row.stops_others,
        "runs": found.get("runs", 0),
        "errors": found.get("errors", 0),
        "last_run_at": moment(found.get("last")),
        "updated_at": moment(row.updated_at),
    }


def rule_run(run: RuleRun) -> Shape:
    """What a rule did to a conversation, and why; the conversation comes along with its name."""
    conversation = run.conversation
    return {
        "id": str(run.pk),
        "at": moment(run.at),
        "conversation": {
            "id": str(conversation.pk),
            "number": conversation.number,
            "subject": conversation.subject,
            "contact": conversation.requester.name,
        },
        "has_acted": run.has_acted,
        "why": run.why,
        "did": run.did,
        "error": run.error,
    }


def macro(row: Macro) -> Shape:
    """A macro as it was written."""
    return {
        "id": str(row.pk),
        "name": row.name,
        "shortcut": row.shortcut,
        "text": row.text,
        "html": row.html,
        "actions": row.actions,
        "team_id": id_of(row.team_id),
        "uses": row.uses,
        "updated_at": moment(row.updated_at),
    }
