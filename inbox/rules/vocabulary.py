"""Every word that rules are written with, for editors."""

from typing import Any

from hub.models import Organization
from inbox import conditions, templates
from inbox.rules.triggers import HAPPENINGS, RESTING, SINCE
from inbox.rules.verbs import DEEDS, SETTABLE


def vocabulary(organization: Organization) -> dict[str, Any]:
    """The conditions' vocabulary, with triggers, deeds, and the variables that texts may hold."""
    words = conditions.vocabulary(organization)
    words["choices"] |= {
        "settable_status": [{"value": status, "label": status.title()} for status in SETTABLE],
        "resting_status": [{"value": status.value, "label": str(status.label)} for status in RESTING],
    }
    return words | {
        "triggers": [{"name": one.name, "label": one.label} for one in HAPPENINGS],
        "since": [{"name": name, "label": label} for name, label in SINCE.items()],
        "deeds": [
            {
                "name": name,
                "label": kind.label,
                "arguments": [argument._asdict() for argument in kind.arguments],
                "places": list(kind.places),
            }
            for name, kind in DEEDS.items()
        ],
        "variables": list(templates.VARIABLES),
    }
