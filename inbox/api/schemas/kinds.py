"""Kinds of values that requests and answers are made of."""

import re
from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    WithJsonSchema,
)

_NO_NUL = "^[^\\u0000]*$"
_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_RFC3339 = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)")


class Sent(BaseModel):
    """A request's body or query; unknown fields are refused, so that a typing error is not silence."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Shape(BaseModel):
    """An answer; later versions may add fields."""

    model_config = ConfigDict(extra="allow")


def _spelled_out(value: Any) -> Any:
    if isinstance(value, str) and not _UUID.fullmatch(value):
        raise ValueError("an id looks like 01890a5d-ac96-774b-bcce-b302099a8057")
    return value


def _rfc3339(value: Any) -> Any:
    if not isinstance(value, str) or not _RFC3339.fullmatch(value):
        raise ValueError("an instant looks like 2026-11-21T09:30:00Z")
    return value


def integral(value: Any) -> Any:
    """JSON knows one kind of number: 3.0 is a whole one."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _usable(value: datetime) -> datetime:
    if not 2020 <= value.year < 9000:
        raise ValueError("this year is out of reach")
    return value.astimezone(UTC)


Id = Annotated[UUID, BeforeValidator(_spelled_out)]
_INSTANT = {
    "type": "string",
    "format": "date-time",
    "pattern": "^(20[2-9][0-9]|2[1-9][0-9]{2}|[3-8][0-9]{3})-",
}
Instant = Annotated[
    AwareDatetime, BeforeValidator(_rfc3339), AfterValidator(_usable), WithJsonSchema(_INSTANT)
]
Count = Annotated[int, Field(strict=True, ge=0, le=2**53 - 1)]
Seq = Annotated[int, Field(ge=0, le=2**31 - 1)]
StrictSeq = Annotated[int, Field(strict=True, ge=0, le=2**31 - 1), BeforeValidator(integral)]
Flag = Annotated[bool, Field(strict=True)]


def whole(least: int, most: int) -> Any:
    """The kind of whole numbers between two, both included."""
    return Annotated[int, Field(strict=True, ge=least, le=most), BeforeValidator(integral)]


Word = Annotated[str, StringConstraints(pattern=_NO_NUL, max_length=400)]
Line = Annotated[str, StringConstraints(pattern=_NO_NUL, max_length=500)]
Recipient = Annotated[str, StringConstraints(pattern="^[^\\u0000]*[^\\u0000\\s][^\\u0000]*$", max_length=400)]
Text = Annotated[str, StringConstraints(pattern=_NO_NUL, max_length=200_000)]
Html = Annotated[str, StringConstraints(pattern=_NO_NUL, max_length=1_000_000)]
Said = Annotated[str, StringConstraints(pattern="^[^\\u0000]*[^\\u0000\\s][^\\u0000]*$", max_length=200_000)]
ClientId = Annotated[str, StringConstraints(pattern="^[!-~]*$", max_length=100)]
LabelName = Annotated[
    str, StringConstraints(pattern="^[^\\u0000\\s]([^\\u0000]*[^\\u0000\\s])?$", max_length=60)
]

_SAFE = 10**15
_Scalar = (
    Annotated[str, StringConstraints(pattern=_NO_NUL, max_length=2_000)]
    | Annotated[bool, Field(strict=True)]
    | Annotated[int, Field(strict=True, ge=-_SAFE, le=_SAFE)]
    | Annotated[float, Field(strict=True, ge=-_SAFE, le=_SAFE)]
    | None
)
_Name = Annotated[str, StringConstraints(pattern="^[^\\u0000]+$", max_length=80)]
Custom = Annotated[
    dict[_Name, _Scalar],
    Field(max_length=100),
    # Left to itself, the schema would allow anything under names that break the pattern.
    WithJsonSchema(
        {
            "type": "object",
            "maxProperties": 100,
            "propertyNames": {"pattern": "^[^\\u0000]+$", "maxLength": 80},
            "additionalProperties": {
                "anyOf": [
                    {"type": "string", "pattern": _NO_NUL, "maxLength": 2_000},
                    {"type": "boolean"},
                    {"type": "number", "minimum": -_SAFE, "maximum": _SAFE},
                    {"type": "null"},
                ]
            },
        }
    ),
]
"""An organization's own fields: flat, each a text, a number, a truth or nothing."""
