"""Opening hours, policies, and the clocks that hold conversations to them."""

from typing import Any, Literal

from inbox.api.schemas.kinds import Shape
from inbox.api.schemas.promises import Clock
from inbox.api.schemas.sent import Status


class SettingUse(Shape):
    """Where a setting is used."""

    noun: Literal["queue", "sla_policy", "rule"]
    id: str
    name: str


class Holiday(Shape):
    """A day on which nothing opens."""

    date: str
    name: str


class Closure(Shape):
    """A time in which it is closed, on the schedule's own wall clock."""

    start: str
    end: str
    name: str


class Schedule(Shape):
    """Opening hours. `next_opening` is null while it is open, `next_closing` while it is not."""

    id: str
    name: str
    time_zone: str
    intervals: list[list[int | str]]
    holidays: list[Holiday]
    closures: list[Closure]
    is_open: bool
    next_opening: str | None
    next_closing: str | None
    used_by: list[SettingUse]
    warnings: list[str]
    created_at: str
    updated_at: str


class ScheduleProblem(Shape):
    """What is wrong with opening hours, in words; a warning may be saved all the same."""

    slug: str
    text: str
    is_warning: bool


class OpenTime(Shape):
    """From when until when it is open, in UTC."""

    start: str
    end: str


class SchedulePreview(Shape):
    """What a schedule would mean; nothing of it but `problems` when it cannot be saved.

    `text` is the due moment as people say it; `openings` are those of the two weeks from the moment on.
    """

    problems: list[ScheduleProblem]
    is_open: bool
    due_at: str | None
    text: str
    openings: list[OpenTime]


class CalendarFile(Shape):
    """What a calendar file closes, to be taken over into a schedule, and what was left out."""

    holidays: list[Holiday]
    closures: list[Closure]
    warnings: list[str]


class SlaTarget(Shape):
    """How long a clock may run; `priority` empty is for those without a target of their own."""

    clock: Clock
    priority: Literal["", "low", "normal", "high", "urgent"]
    seconds: int
    is_working_time: bool


class Escalation(Shape):
    """What is done as a clock nears or passes its due moment."""

    id: str
    clock: str
    when: Literal["percent", "before", "after"]
    value: int
    is_working_time: bool
    actions: list[dict[str, Any]]


class SlaPolicy(Shape):
    """What is promised to whom. `live_clocks` counts what runs by it; `warnings` say what is strange."""

    id: str
    name: str
    position: int
    is_active: bool
    conditions: dict[str, Any]
    schedule_id: str | None
    pauses: list[str]
    do_bots_count: bool
    version: int
    targets: list[SlaTarget]
    escalations: list[Escalation]
    live_clocks: int
    warnings: list[str]
    created_at: str
    updated_at: str


class Recomputing(Shape):
    """How many conversations have been reckoned anew after a change, of how many."""

    done: int
    total: int


class SlaPolicyList(Shape):
    """Policies from the top; `recomputing` while a change of them is still being carried out."""

    items: list[SlaPolicy]
    next_cursor: str | None
    recomputing: Recomputing | None


class PolicyName(Shape):
    """A policy by name, as it was."""

    id: str | None
    name: str | None
    version: int | None = None


class SlaDue(Shape):
    """A clock that would run: when it would be due, and that as people say it ("Monday 10:40")."""

    clock: Clock
    due_at: str | None
    target_seconds: int
    is_working_time: bool
    text: str


class ConditionLine(Shape):
    """One condition in words, and whether it holds."""

    text: str
    holds: bool


class SlaPreview(Shape):
    """Which policy would apply, null when none does, why, and what would be due when."""

    policy: PolicyName | None
    why: list[ConditionLine]
    dues: list[SlaDue]


class Risk(Shape):
    """How likely it will be late, 0 to 1, and why."""

    probability: float
    reason: str
    at: str


class ClockConversation(Shape):
    """The conversation of a clock, to be opened."""

    id: str
    number: int
    subject: str
    status: Status
    assignee_id: str | None
    queue_id: str | None


class SlaClock(Shape):
    """One occurrence of a clock. `due_at` is null while it stands still; `about` is a queue, team or work."""

    id: str
    conversation_id: str
    clock: Clock
    occurrence: int
    about: str
    state: Literal["active", "paused", "fulfilled", "cancelled"]
    is_live: bool
    priority: str
    policy: PolicyName
    target_seconds: int
    is_working_time: bool
    started_at: str
    due_at: str | None
    fulfilled_at: str | None
    ended_at: str | None
    outcome: str
    breached_at: str | None
    warned_at: str | None
    risk: Risk | None


class RunningClock(SlaClock):
    """A clock with the conversation that it holds to its promise."""

    conversation: ClockConversation
