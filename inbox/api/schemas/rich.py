"""What a reply may carry beside words and files."""

from typing import Annotated

from pydantic import Field, WithJsonSchema

from inbox.api.schemas.kinds import Line, Sent

_Short = Annotated[Line, Field(min_length=1, max_length=200)]


class ButtonIn(Sent):
    """A button under the message."""

    id: _Short
    title: _Short
    url: Annotated[Line, Field(description="Opens this instead of answering.")] = ""


class MenuRowIn(Sent):
    """One line of a list."""

    id: _Short
    title: _Short
    description: Line = ""


class MenuIn(Sent):
    """A list to choose from, behind a button."""

    label: _Short
    rows: Annotated[list[MenuRowIn], Field(min_length=1, max_length=50)]


class LocationIn(Sent):
    """A place; degrees as in WGS 84."""

    latitude: Annotated[float, Field(ge=-90, le=90)]
    longitude: Annotated[float, Field(ge=-180, le=180)]
    name: Line = ""
    address: Line = ""


class ContactCardIn(Sent):
    """Somebody's card."""

    name: _Short
    phones: Annotated[list[Line], Field(max_length=10)] = []
    emails: Annotated[list[Line], Field(max_length=10)] = []
    organization: Line = ""


_NO_NUL = "^[^\\u0000]*$"
_Variables = Annotated[
    dict[Line, Line],
    Field(max_length=50),
    WithJsonSchema(
        {
            "type": "object",
            "maxProperties": 50,
            "propertyNames": {"pattern": _NO_NUL, "maxLength": 500},
            "additionalProperties": {"type": "string", "pattern": _NO_NUL, "maxLength": 500},
        }
    ),
]
"""What the gaps of a template hold, by their names."""


class TemplateCallIn(Sent):
    """A template of the channel's provider, and what its gaps hold."""

    id: _Short
    language: Annotated[Line, Field(max_length=20)] = ""
    variables: _Variables = {}
