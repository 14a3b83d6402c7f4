"""The words of the language with everything that can be picked, for editors."""

from typing import Any, Final

from hub.models import Conversation, Organization
from inbox.conditions import choices
from inbox.conditions.fields import FIELDS, OPERATOR_LABELS, OPERATORS

_LOOKED_AT: Final = 200
"""Of the latest conversations, so many are asked which custom fields there are."""

_SOURCES: Final = (
    "status",
    "priority",
    "direction",
    "channel_kind",
    "channel",
    "queue",
    "team",
    "agent",
    "label",
    "schedule",
    "skill",
)


def vocabulary(organization: Organization) -> dict[str, Any]:
    """Fields with their operators, what can be picked by source, and the custom fields that occur."""
    return {
        "fields": [
            {
                "name": field.name,
                "label": field.label,
                "type": field.type,
                "choices": field.choices,
                "operators": list(OPERATORS[field.type]),
            }
            for field in FIELDS
        ],
        "operators": dict(OPERATOR_LABELS),
        "choices": {
            source: [
                {"value": value, "label": label}
                for value, label in choices.names(organization, [source]).items()
            ]
            for source in _SOURCES
        },
        "custom": _custom(organization),
    }


def _custom(organization: Organization) -> dict[str, list[str]]:
    rows = Conversation.objects.within(organization).select_related("requester")
    latest = list(rows.only("custom", "requester__custom").order_by("-last_activity_at")[:_LOOKED_AT])
    return {
        "conversation": sorted({str(key) for row in latest for key in row.custom}),
        "contact": sorted({str(key) for row in latest for key in row.requester.custom}),
    }
