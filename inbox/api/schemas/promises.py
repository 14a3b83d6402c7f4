"""What is sent about opening hours and promises."""

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from inbox.api.schemas.automation import Conditions, Deeds
from inbox.api.schemas.kinds import Custom, Flag, Id, Instant, LabelName, Line, Sent, whole
from inbox.api.schemas.sent import Page, Place, Priority
from inbox.api.schemas.settings import Name

_YEARS = 3 * 366 * 24 * 60 * 60
_DAY = r"[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"
_TIME = "([01][0-9]|2[0-3]):[0-5][0-9]"
WallTime = Annotated[str, StringConstraints(pattern=f"^{_TIME}$")]
Day = Annotated[str, StringConstraints(pattern=f"^{_DAY}$")]
WallMoment = Annotated[str, StringConstraints(pattern=f"^{_DAY}T{_TIME}$")]
ZoneName = Annotated[str, StringConstraints(pattern="^[A-Za-z0-9_+/-]{1,64}$")]
Weekday = whole(0, 6)
Interval = Annotated[
    tuple[Weekday, WallTime, WallTime],  # type: ignore[valid-type]
    Field(description="Weekday (0 is Monday), from, until; overnight where the end is not after the start."),
]
Clock = Literal[
    "first_reply",
    "next_reply",
    "update",
    "agent_work",
    "requester_wait",
    "resolution",
    "answer",
    "ownership",
]


class HolidayIn(Sent):
    """A day on which nothing opens."""

    date: Day
    name: Annotated[Line, Field(max_length=200)] = ""


class ClosureIn(Sent):
    """A time in which it is closed, on the schedule's own wall clock."""

    start: WallMoment
    end: WallMoment
    name: Annotated[Line, Field(max_length=200)] = ""


_Intervals = Annotated[list[Interval], Field(max_length=100)]
_Holidays = Annotated[list[HolidayIn], Field(max_length=2_000)]
_Closures = Annotated[list[ClosureIn], Field(max_length=2_000)]


class ScheduleIn(Sent):
    """New opening hours; in the organization's time zone, if none is named."""

    name: Name
    time_zone: ZoneName | None = None
    intervals: _Intervals
    holidays: _Holidays = []
    closures: _Closures = []


class SchedulePatch(Sent):
    """What changes; lists are replaced as a whole."""

    name: Name | None = None
    time_zone: ZoneName | None = None
    intervals: _Intervals | None = None
    holidays: _Holidays | None = None
    closures: _Closures | None = None


class SchedulePreviewIn(Sent):
    """Opening hours that are not saved, a moment, and so many seconds of working time."""

    time_zone: ZoneName
    intervals: _Intervals
    holidays: _Holidays = []
    closures: _Closures = []
    at: Instant | None = None
    seconds: Annotated[whole(0, _YEARS), Field(description="0 asks for no due moment.")] = 0  # type: ignore[valid-type]


class TargetIn(Sent):
    """How long a clock may run; `priority` empty is for those without a target of their own."""

    clock: Clock
    priority: Literal["", "low", "normal", "high", "urgent"] = ""
    seconds: whole(0, _YEARS)  # type: ignore[valid-type]
    is_working_time: Flag = True


class EscalationIn(Sent):
    """What is done as a clock nears or passes its due moment; `clock` empty is for every clock.

    `value` is a percentage of the target, or seconds before or after the due moment.
    """

    id: Id | None = None
    clock: Clock | Literal[""] = ""
    when: Literal["percent", "before", "after"]
    value: whole(0, _YEARS)  # type: ignore[valid-type]
    is_working_time: Flag = False
    actions: Deeds


_Targets = Annotated[list[TargetIn], Field(max_length=40)]
_Escalations = Annotated[list[EscalationIn], Field(max_length=30)]
_Pauses = Annotated[list[Literal["pending", "snoozed"]], Field(max_length=2)]


class SlaPolicyIn(Sent):
    """A new policy. Without a schedule every moment counts."""

    name: Name
    is_active: Flag = True
    conditions: Conditions = {}
    schedule_id: Id | None = None
    pauses: Annotated[_Pauses, Field(description="The statuses in which resolution stands still.")] = []
    do_bots_count: Flag = False
    targets: _Targets
    escalations: _Escalations = []


class SlaPolicyPatch(Sent):
    """What changes; lists are replaced as a whole. An escalation with its `id` stays the one it was."""

    name: Name | None = None
    is_active: Flag | None = None
    conditions: Conditions | None = None
    schedule_id: Id | None = None
    pauses: _Pauses | None = None
    do_bots_count: Flag | None = None
    targets: _Targets | None = None
    escalations: _Escalations | None = None


class SlaPolicyDraft(SlaPolicyPatch):
    """A policy as it stands in an editor; with `id` it stands for the saved one."""

    id: Id | None = None
    targets: _Targets


class SlaOrderIn(Sent):
    """Every policy once, the first one on top."""

    ids: Annotated[list[Id], Field(max_length=1_000)]


class Imagined(Sent):
    """A conversation that might begin."""

    priority: Priority = "normal"
    subject: Line = ""
    channel_id: Id | None = None
    queue_id: Id | None = None
    team_id: Id | None = None
    assignee_id: Id | None = None
    labels: Annotated[list[LabelName], Field(max_length=50)] = []
    custom: Custom = {}
    contact_name: Line = ""
    contact_email: Line = ""
    contact_phone: Line = ""
    contact_locale: Line = ""
    contact_custom: Custom = {}


class SlaPreviewIn(Sent):
    """Which policy would apply to such a conversation at a moment; with a `draft` among the saved ones."""

    conversation: Imagined = Imagined()
    at: Instant | None = None
    draft: SlaPolicyDraft | None = None


class RecomputeIn(Sent):
    """Reckon what has ended anew as well; that changes what reports say of the past."""

    with_history: Flag

    @model_validator(mode="after")
    def _is_meant(self) -> Self:
        if not self.with_history:
            raise PydanticCustomError("meant", "what runs is reckoned anew by itself; say true for the past")
        return self


class ClockFilter(Page):
    """Which clocks."""

    state: Annotated[
        Literal["", "active", "paused", "breached", "at_risk", "fulfilled", "cancelled"],
        Field(
            description="Without it all that run, the first due first; `breached` run and are late, "
            "`at_risk` will probably be late."
        ),
        AfterValidator(str),
    ] = ""
    queue: Annotated[Place, Field(description="`none` or a queue's id.")] = ""
    clock: Clock | Literal[""] = ""
    due_before: Annotated[Instant | None, Field(description="Due before this moment.")] = None
