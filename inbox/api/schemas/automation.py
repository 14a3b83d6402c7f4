"""Rules and macros as they are sent and answered."""

import math
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, StringConstraints, WithJsonSchema

from inbox.api.schemas import shapes
from inbox.api.schemas.kinds import ClientId, Flag, Html, Id, Line, Sent, Shape, StrictSeq, Text, whole
from inbox.api.schemas.sent import Page
from inbox.conditions import DEEPEST, MOST, OPERATORS
from inbox.rules.triggers import HAPPENINGS, LONGEST, RESTING, SHORTEST, SINCE
from inbox.rules.verbs import DEEDS

_NO_NUL = "^[^\\u0000]*$"
_MOST_VALUES = 5_000
_DEEPEST = 12


def _keepable(value: Any, depth: int = 0) -> int:
    """How many values there are in it; refuses what no database keeps or nobody means."""
    if depth > _DEEPEST:
        raise ValueError("nested too deeply")
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueError("a number is too large")
    inside = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    count = 1 + sum(_keepable(part, depth + 1) for part in inside)
    if count > _MOST_VALUES:
        raise ValueError("there is too much of it")
    return count


def _checked(value: Any) -> Any:
    _keepable(value)
    return value


_LINE: dict[str, Any] = {"type": "string", "pattern": _NO_NUL, "maxLength": 500}
_SCALAR: list[dict[str, Any]] = [
    _LINE,
    {"type": "boolean"},
    {"type": "number", "minimum": -(10**15), "maximum": 10**15},
]
_EVENTS = [happening.name for happening in HAPPENINGS]
_TRIGGER: dict[str, Any] = {
    "type": "object",
    "properties": {
        "on": {"type": "array", "items": {"type": "string", "enum": _EVENTS}, "maxItems": len(_EVENTS)},
        "after": {"type": "integer", "minimum": SHORTEST, "maximum": LONGEST},
        "since": {"type": "string", "enum": [*SINCE]},
        "status": {"type": "string", "enum": [*RESTING]},
    },
    "additionalProperties": False,
}
_SINGLE: dict[str, Any] = {
    "type": "object",
    "properties": {
        "field": _LINE,
        "op": {"type": "string", "enum": sorted({op for found in OPERATORS.values() for op in found})},
        "value": {"anyOf": [*_SCALAR, {"type": "array", "items": {"anyOf": _SCALAR}, "maxItems": 100}]},
    },
    "required": ["field", "op"],
    "additionalProperties": False,
}


def _group(depth: int) -> dict[str, Any]:
    """The schema of a group in which others stand `depth` deep."""
    parts = [_SINGLE, _group(depth - 1)] if depth else [_SINGLE]
    several = {"type": "array", "items": {"anyOf": parts}, "maxItems": MOST}
    return {
        "type": "object",
        "properties": {"all": several, "any": several},
        "maxProperties": 1,
        "additionalProperties": False,
    }


_ARGUMENTS = sorted({argument.name for kind in DEEDS.values() for argument in kind.arguments})
_DEED: dict[str, Any] = {
    "type": "object",
    "properties": {
        "do": {"type": "string", "enum": [*DEEDS]},
        **{
            name: {
                "anyOf": [
                    {"type": "string", "pattern": _NO_NUL, "maxLength": 20_000},
                    *_SCALAR[1:],
                    {"type": "array", "items": _LINE, "maxItems": 50},
                    {"type": "null"},
                ]
            }
            for name in _ARGUMENTS
        },
    },
    "required": ["do"],
    "additionalProperties": False,
}

Trigger = Annotated[
    dict[str, Any],
    AfterValidator(_checked),
    Field(
        description='{"on": [events]}, or {"after": seconds, "since": "waiting_since"|"last_activity_at"|'
        '"created_at"|"status"} with a "status" for the last; see `GET /rules/vocabulary`.'
    ),
    WithJsonSchema(_TRIGGER),
]
Conditions = Annotated[
    dict[str, Any],
    AfterValidator(_checked),
    Field(
        description='{} holds always; else {"all": […]} or {"any": […]} of {"field", "op", "value"} and '
        "of such groups, three deep at most; see `GET /rules/vocabulary`."
    ),
    WithJsonSchema(_group(DEEPEST - 1)),
]
Deeds = Annotated[
    list[dict[str, Any]],
    AfterValidator(_checked),
    Field(
        max_length=20,
        description='What is done, in this order: {"do": name, …arguments}; see `GET /rules/vocabulary`.',
    ),
    WithJsonSchema({"type": "array", "maxItems": 20, "items": _DEED}),
]
Name = Annotated[Line, Field(max_length=120)]
Shortcut = Annotated[str, StringConstraints(pattern="^([A-Za-z0-9_-]{1,40})?$")]


class RuleIn(Sent):
    """A rule: when something happens and conditions hold, it acts."""

    name: Name
    trigger: Trigger
    conditions: Conditions = {}
    actions: Deeds
    stops_others: Annotated[Flag, Field(description="Whether rules behind it are not asked any more.")] = (
        False
    )
    is_active: Flag = True


class RulePatch(Sent):
    """What changes; fields that are missing stay."""

    name: Name | None = None
    trigger: Trigger | None = None
    conditions: Conditions | None = None
    actions: Deeds | None = None
    stops_others: Flag | None = None
    is_active: Flag | None = None


class DryRunIn(Sent):
    """A rule that need not be saved; `rule_id` is that of the rule that it would change."""

    trigger: Trigger
    conditions: Conditions = {}
    actions: Deeds
    stops_others: Flag = False
    rule_id: Annotated[Line, Field(max_length=36)] | None = None
    limit: whole(1, 200) = 200  # type: ignore[valid-type]


class OrderIn(Sent):
    """All rules, the first to be asked first."""

    ids: Annotated[list[Annotated[Line, Field(max_length=36)]], Field(max_length=1_000)]


class RunsPage(Page):
    """Which page of a rule's log."""


class MacroFilter(Sent):
    """Which macros."""

    q: Annotated[Line, Field(description="Words in name, shortcut and text.")] = ""


class MacroIn(Sent):
    """A text and deeds under one name."""

    name: Name
    shortcut: Shortcut = ""
    text: Annotated[Text, Field(max_length=20_000)] = ""
    html: Annotated[Html, Field(max_length=100_000)] = ""
    actions: Deeds = []
    team_id: Annotated[Id | None, Field(description="For one team; for all without it.")] = None


class MacroPatch(Sent):
    """What changes; fields that are missing stay."""

    name: Name | None = None
    shortcut: Shortcut | None = None
    text: Annotated[Text, Field(max_length=20_000)] | None = None
    html: Annotated[Html, Field(max_length=100_000)] | None = None
    actions: Deeds | None = None
    team_id: Id | None = None


class MacroRunIn(Sent):
    """How a macro is run: `send` sends its text at once, guarded as every reply is."""

    send: Flag = False
    client_id: ClientId = ""
    seen_seq: StrictSeq | None = None
    force: Flag = False


class Reason(Shape):
    """One condition, whether it holds, and how deep it stands in groups."""

    text: str
    holds: bool
    depth: int


class Deed(Shape):
    """Something that was or would be done, in words."""

    do: str
    text: str
    changed: bool


class Rule(Shape):
    """A rule; `runs` and `errors` are those of the last seven days."""

    id: str
    name: str
    position: int
    is_active: bool
    trigger: dict[str, Any]
    conditions: dict[str, Any]
    actions: list[dict[str, Any]]
    stops_others: bool
    runs: int
    errors: int
    last_run_at: str | None
    updated_at: str


class SavedRule(Rule):
    """A rule that was saved, and what is odd about it."""

    warnings: list[str]


class NamedConversation(Shape):
    id: str
    number: int
    subject: str
    contact: str


class RuleRun(Shape):
    """What a rule did to a conversation, and why."""

    id: str
    at: str
    conversation: NamedConversation
    has_acted: bool
    why: list[Reason]
    did: list[Deed]
    error: str


class DryRunOf(Shape):
    """A conversation: whether the rule would have acted, why, and what it would have done."""

    conversation: NamedConversation
    matches: bool
    why: list[Reason]
    would: list[Deed]


class DryRun(Shape):
    """What a rule would have done; `items` are some of those it looked at, matches first."""

    looked_at: int
    matched: int
    items: list[DryRunOf]
    warnings: list[str]


class VocabularyChoice(Shape):
    value: str
    label: str


class VocabularyField(Shape):
    """Something that conditions ask about; `*` in a name stands for a custom field."""

    name: str
    label: str
    type: Literal["choice", "reference", "text", "list", "number", "truth", "hours", "custom"]
    choices: str
    operators: list[str]


class VocabularyTrigger(Shape):
    name: str
    label: str


class VocabularyArgument(Shape):
    name: str
    type: Literal["text", "line", "number", "labels", "switch", "custom", "one", "many"]
    choices: str
    is_needed: bool
    may_be_missing: bool
    least: int
    most: int


class VocabularyDeed(Shape):
    name: str
    label: str
    arguments: list[VocabularyArgument]
    places: list[Literal["rule", "macro"]]


class Vocabulary(Shape):
    """Every word that rules are written with, and what can be picked, by its source."""

    fields: list[VocabularyField]
    operators: dict[str, str]
    choices: dict[str, list[VocabularyChoice]]
    custom: dict[str, list[str]]
    triggers: list[VocabularyTrigger]
    since: list[VocabularyTrigger]
    deeds: list[VocabularyDeed]
    variables: list[str]


class Macro(Shape):
    id: str
    name: str
    shortcut: str
    text: str
    html: str
    actions: list[dict[str, Any]]
    team_id: str | None
    uses: int
    updated_at: str


class MacroRan(Shape):
    """The text for the composer, what was done and what failed, and the message that was sent."""

    text: str
    html: str
    did: list[Deed]
    errors: list[str]
    message: shapes.Item | None
