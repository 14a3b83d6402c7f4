"""What administrators send and get: channels with their forms, signatures, templates."""

from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints, WithJsonSchema

from inbox.api.schemas import shapes
from inbox.api.schemas.kinds import Html, Id, Line, Sent, Shape, Text

_NO_NUL = "^[^\\u0000]*$"
_NAMED = "^[^\\u0000]*[^\\u0000\\s][^\\u0000]*$"
_SETTING = "^[a-z][a-z0-9_]*(\\.[a-z][a-z0-9_]*)*$"
Name = Annotated[str, StringConstraints(pattern=_NAMED, max_length=120)]
Kind = Annotated[str, StringConstraints(pattern="^[a-z0-9_-]{1,32}$")]
Address = Annotated[str, StringConstraints(pattern=_NO_NUL, max_length=320)]
Shortcut = Annotated[str, StringConstraints(pattern="^[A-Za-z0-9_-]{1,60}$")]
_SettingName = Annotated[str, StringConstraints(pattern=_SETTING, max_length=80)]
_Short = Annotated[str, StringConstraints(pattern=_NO_NUL, max_length=20_000)]
_Value = (
    Annotated[bool, Field(strict=True)]
    | Annotated[int, Field(strict=True, ge=-(2**53) + 1, le=2**53 - 1)]
    | _Short
    | Annotated[
        list[Annotated[str, StringConstraints(pattern=_NO_NUL, max_length=500)]], Field(max_length=100)
    ]
    | None
)
_VALUE_SCHEMA: dict[str, Any] = {
    "anyOf": [
        {"type": "boolean"},
        {"type": "integer", "minimum": -(2**53) + 1, "maximum": 2**53 - 1},
        {"type": "string", "pattern": _NO_NUL, "maxLength": 20_000},
        {"type": "array", "maxItems": 100, "items": {"type": "string", "pattern": _NO_NUL, "maxLength": 500}},
        {"type": "null"},
    ]
}


def _mapping(values: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "maxProperties": 100,
        "propertyNames": {"pattern": _SETTING, "maxLength": 80},
        "additionalProperties": values,
    }


Config = Annotated[
    dict[_SettingName, _Value],
    Field(max_length=100, description="By the names of the kind's form; null takes a setting out."),
    WithJsonSchema(_mapping(_VALUE_SCHEMA)),
]
Secrets = Annotated[
    dict[_SettingName, _Short | None],
    Field(max_length=100, description="Written, never read again; null forgets one."),
    WithJsonSchema(
        _mapping({"anyOf": [{"type": "string", "pattern": _NO_NUL, "maxLength": 20_000}, {"type": "null"}]})
    ),
]


class ChannelIn(Sent):
    """A new channel. A draft takes nothing yet, so that it can be set up and tried first."""

    kind: Kind
    name: Name
    address: Address = ""
    queue_id: Id | None = None
    config: Config = {}
    secrets: Secrets = {}
    state: Literal["draft", "connected"] = "draft"


class ChannelPatch(Sent):
    """What changes; what is missing stays, single settings too."""

    name: Name | None = None
    address: Address | None = None
    queue_id: Id | None = None
    config: Config | None = None
    secrets: Secrets | None = None
    state: Literal["connected", "disabled"] | None = None


class Suggested(Sent):
    """For which address."""

    address: Address


class SignatureIn(Sent):
    """A signature, and whose it is; empty texts are one too, and hide those of the team and the rest."""

    of: Literal["me", "team", "channel", "organization"]
    team_id: Annotated[Id | None, Field(description="Which team, for `team`.")] = None
    channel_id: Annotated[Id | None, Field(description="Which channel, for `channel`.")] = None
    text: Annotated[Text, Field(max_length=20_000)] = ""
    html: Annotated[Html, Field(max_length=100_000)] = ""


class TemplateFilter(Sent):
    """Which templates."""

    q: Annotated[Line, Field(description="Words in name, shortcut, subject and text.")] = ""


class TemplateIn(Sent):
    """A text that agents insert by its shortcut."""

    name: Name
    shortcut: Shortcut
    subject: Line = ""
    text: Text = ""
    html: Html = ""
    team_id: Annotated[Id | None, Field(description="For one team; for all without it.")] = None


class TemplatePatch(Sent):
    """What changes; fields that are missing stay."""

    name: Name | None = None
    shortcut: Shortcut | None = None
    subject: Line | None = None
    text: Text | None = None
    html: Html | None = None
    team_id: Id | None = None


class FormChoice(Shape):
    value: str
    label: str


class ShownWhen(Shape):
    """The field by whose value another one matters."""

    field: str
    values: list[str]


class FormField(Shape):
    """One question of a kind's form. A dotted name is taken and given as it is."""

    name: str
    label: str
    kind: Literal["text", "long_text", "number", "switch", "choice", "address", "host", "lines", "sign_in"]
    help: str
    required: bool
    default: Any
    choices: list[FormChoice]
    placeholder: str
    secret: bool
    shown_when: ShownWhen | None


class FormStep(Shape):
    key: str
    title: str
    text: str
    fields: list[FormField]


class ChannelKind(Shape):
    """A kind of channel that can be made, and what is asked about one."""

    kind: str
    label: str
    icon: str
    steps: list[FormStep]


class Suggestion(Shape):
    """Settings that fit an address; `label` is empty when nothing is known of it."""

    label: str
    config: dict[str, Any]
    advice: str


class SecretState(Shape):
    set: bool


class ChannelSettings(shapes.Channel):
    """A channel. Its settings only for those who may change them, secrets only by name."""

    config: dict[str, Any] | None
    secrets: dict[str, SecretState] | None


class Check(Shape):
    """One thing that was tried; `ok` is null when it could not be."""

    name: str
    ok: bool | None
    detail: str


class Checks(Shape):
    checks: list[Check]


class Paste(Shape):
    """Something to enter elsewhere; `found` is null when nobody looked."""

    kind: Literal["dns", "url", "text"]
    name: str
    value: str
    purpose: str
    record_type: str
    found: bool | None
    detail: str


class SignIn(Shape):
    """The provider's page, to be opened in the same browser."""

    url: str


class Signature(Shape):
    id: str
    of: Literal["me", "team", "channel", "organization"]
    team_id: str | None
    channel_id: str | None
    text: str
    html: str
    updated_at: str


class Template(Shape):
    id: str
    name: str
    shortcut: str
    subject: str
    text: str
    html: str
    team_id: str | None
    updated_at: str


class TemplateList(shapes.Listing[Template]):
    """Templates, and the variables that a text may hold in double braces."""

    variables: list[str]


class Rendered(Shape):
    """A text with its variables filled."""

    subject: str
    text: str
    html: str
