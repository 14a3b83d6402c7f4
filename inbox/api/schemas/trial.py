"""Trying settings: policy tests and backtests, as they are sent and answered."""

from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints, WithJsonSchema

from inbox.api.schemas.kinds import Id, Instant, Line, Sent, Shape, Text
from inbox.api.schemas.sent import Priority, Status
from inbox.api.schemas.settings import Name

Wall = Annotated[str, StringConstraints(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d$")]
"""A moment on the organization's wall clock, to the minute."""

_Clock = Literal[
    "first_reply",
    "next_reply",
    "update",
    "agent_work",
    "requester_wait",
    "resolution",
    "answer",
    "ownership",
]
_NO_NUL = "^[^\\u0000]*$"
_NAMES = {"pattern": "^[a-z_]{1,40}$"}
_SCALARS: list[dict[str, Any]] = [
    {"type": "string", "pattern": _NO_NUL, "maxLength": 500},
    {"type": "boolean"},
    {"type": "integer", "minimum": -(2**31), "maximum": 2**31},
    {"type": "null"},
]
_FLAT = {"type": "object", "propertyNames": _NAMES, "additionalProperties": {"anyOf": _SCALARS}}
_FIELDS = {
    "type": "object",
    "propertyNames": _NAMES,
    "additionalProperties": {"anyOf": [*_SCALARS, _FLAT, {"type": "array", "items": _FLAT, "maxItems": 50}]},
}
_DRAFTS = {
    "type": "object",
    "maxProperties": 50,
    "propertyNames": {"pattern": "^(new[a-z0-9]{0,20}|[0-9a-f-]{36})$"},
    "additionalProperties": _FIELDS,
}
Change = Annotated[
    dict[str, Any],
    Field(max_length=8),
    WithJsonSchema(
        {
            "type": "object",
            "properties": {
                **dict.fromkeys(
                    ("queues", "rules", "sla_policies", "schedules", "capacity_policies"), _DRAFTS
                ),
                "agent_skills": {
                    "type": "object",
                    "maxProperties": 50,
                    "propertyNames": {"pattern": "^[0-9a-f-]{36}$"},
                    "additionalProperties": {"type": "array", "items": _FLAT, "maxItems": 50},
                },
                "routing_settings": _FIELDS,
                "extra_agents": {"type": "integer", "minimum": 0, "maximum": 200},
            },
            "additionalProperties": False,
        }
    ),
]
"""Drafts of settings by kind and id, with the fields that each setting's own route takes."""


class GivenIn(Sent):
    """A message that might come in at `at`, on the organization's wall clock."""

    channel_id: Id
    at: Wall
    address: Annotated[Line, Field(max_length=320)] = ""
    name: Annotated[Line, Field(max_length=200)] = ""
    locale: Annotated[Line, Field(max_length=16)] = ""
    subject: Annotated[Line, Field(max_length=500)] = ""
    text: Annotated[Text, Field(max_length=20_000)] = ""


class ExpectedIn(Sent):
    """What should come of it; only what is named is compared, null means none.

    `labels` must be among the conversation's; `due` are moments by clock, "" where nothing is promised.
    """

    queue_id: Id | None = None
    team_id: Id | None = None
    assignee_id: Id | None = None
    priority: Priority | None = None
    status: Status | None = None
    policy: Annotated[Line, Field(max_length=120)] | None = None
    labels: Annotated[list[Annotated[Line, Field(max_length=60)]], Field(max_length=50)] = []
    due: dict[_Clock, Wall | Literal[""]] = {}


class PolicyTestIn(Sent):
    """A policy test to write down."""

    name: Name
    given: GivenIn
    expected: ExpectedIn


class PolicyTestPatch(Sent):
    """What to change of a policy test; `given` and `expected` are replaced as a whole."""

    name: Name | None = None
    given: GivenIn | None = None
    expected: ExpectedIn | None = None


class TryIn(Sent):
    """A policy test that is not written down."""

    given: GivenIn
    expected: ExpectedIn


class Difference(Shape):
    """Something that came out otherwise, in words."""

    what: str
    expected: str
    got: str


class Outcome(Shape):
    """What became of a rehearsed message; `due` by clock, on the organization's wall clock."""

    status: Status
    priority: Priority
    queue_id: str | None
    team_id: str | None
    assignee_id: str | None
    labels: list[str]
    due: dict[str, str]
    policy: str
    rules: list[str]
    work: dict[str, Any] | None


class TestResult(Shape):
    """How a policy test went; `error` says why it could not be run."""

    passed: bool
    differences: list[Difference]
    outcome: Outcome | None
    error: str


class PolicyTest(Shape):
    """A policy test, and how it went when it last ran."""

    id: str
    name: str
    given: dict[str, Any]
    expected: dict[str, Any]
    result: TestResult | None
    ran_at: str | None


class BacktestIn(Sent):
    """A period to replay, and what would have been different.

    `change` holds drafts by kind of setting and id, with the fields that the setting's own route takes:
    `{"queues": {id: {…}}, "sla_policies": {id: {…}}, "agents": {"extra": 2}}`.
    """

    begins_at: Instant
    ends_at: Instant
    change: Change


class Backtest(Shape):
    """A backtest: how far it is, and what it found."""

    id: str
    state: Literal["waiting", "running", "done", "failed", "cancelled"]
    begins_at: str
    ends_at: str
    change: dict[str, Any]
    done: int
    total: int
    result: dict[str, Any]
    error: str
    started_by: str | None
    created_at: str
