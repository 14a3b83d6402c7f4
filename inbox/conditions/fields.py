"""What conditions can ask about: the fields by name, and the operators that go with each type."""

from collections.abc import Mapping
from typing import Final, NamedTuple


class Field(NamedTuple):
    """One thing to ask about.

    `type` decides the operators (`OPERATORS`); `choices` names where the values come from ("queue", "status",
    …) and is "" where people type them. A field of messages has no value where nothing was said.
    """

    name: str
    label: str
    type: str
    choices: str = ""


_TEXT: Final = (
    "contains",
    "not_contains",
    "is",
    "is_not",
    "in",
    "starts_with",
    "is_set",
    "is_not_set",
)

OPERATORS: Final[Mapping[str, tuple[str, ...]]] = {
    "choice": ("is", "is_not", "in"),
    "reference": ("is", "is_not", "in", "is_set", "is_not_set"),
    "text": _TEXT,
    "list": ("contains", "not_contains", "is_set", "is_not_set"),
    "number": ("more_than", "less_than", "is", "is_not", "is_set", "is_not_set"),
    "truth": ("is",),
    "hours": ("within_hours", "outside_hours"),
    "custom": (*_TEXT, "more_than", "less_than"),
}
"""The operators of each type of field, the usual one first."""

OPERATOR_LABELS: Final[Mapping[str, str]] = {
    "is": "is",
    "is_not": "is not",
    "in": "is one of",
    "contains": "contains",
    "not_contains": "does not contain",
    "starts_with": "starts with",
    "more_than": "is more than",
    "less_than": "is less than",
    "is_set": "is set",
    "is_not_set": "is not set",
    "within_hours": "is within",
    "outside_hours": "is outside",
}

WITHOUT_VALUE: Final = frozenset({"is_set", "is_not_set"})
"""Operators that compare with nothing."""

FIELDS: Final[tuple[Field, ...]] = (
    Field("conversation.status", "Status", "choice", "status"),
    Field("conversation.priority", "Priority", "choice", "priority"),
    Field("conversation.subject", "Subject of the conversation", "text"),
    Field("conversation.channel_id", "Channel", "reference", "channel"),
    Field("conversation.channel_kind", "Kind of channel used so far", "choice", "channel_kind"),
    Field("conversation.queue_id", "Queue", "reference", "queue"),
    Field("conversation.team_id", "Team", "reference", "team"),
    Field("conversation.assignee_id", "Assignee", "reference", "agent"),
    Field("conversation.labels", "Labels", "list", "label"),
    Field("conversation.age_minutes", "Age in minutes", "number"),
    Field("conversation.waiting_minutes", "Minutes that the customer has waited", "number"),
    Field("conversation.is_new", "Conversation is new", "truth", "truth"),
    Field("contact.name", "Name of the customer", "text"),
    Field("contact.email", "E-mail address of the customer", "text"),
    Field("contact.domain", "Domain of the customer's address", "text"),
    Field("contact.phone", "Phone number of the customer", "text"),
    Field("contact.locale", "Language of the customer", "text"),
    Field("contact.time_zone", "Time zone of the customer", "text"),
    Field("message.text", "Text of the message", "text"),
    Field("message.subject", "Subject of the message", "text"),
    Field("message.author", "Writer of the message", "text"),
    Field("message.direction", "Direction of the message", "choice", "direction"),
    Field("message.recipients", "Recipients of the message", "text"),
    Field("message.has_attachments", "Message has files", "truth", "truth"),
    Field("message.automatic", "Message was written by a machine", "truth", "truth"),
    Field("channel.kind", "Kind of channel of the message", "choice", "channel_kind"),
    Field("channel.address", "Our address", "text"),
    Field("schedule", "Time", "hours", "schedule"),
    Field("conversation.custom.*", "Custom field of the conversation", "custom"),
    Field("contact.custom.*", "Custom field of the customer", "custom"),
)
"""Everything that can be asked; `*` stands for the name of a custom field."""

_BY_NAME = {field.name: field for field in FIELDS}


def field_named(name: object) -> Field | None:
    """The field, also a custom one by its full name; None when there is no such field."""
    if not isinstance(name, str):
        return None
    place, dot, key = name.partition(".custom.")
    if dot:
        found = _BY_NAME.get(f"{place}.custom.*")
        return found._replace(name=name, label=f"{found.label}, “{key}”") if found and key else None
    return _BY_NAME.get(name)
