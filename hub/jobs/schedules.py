"""Tasks that run by the clock: `@every(seconds=30)` or `@daily(at="03:00")` above `@task(…)`.

The next tick of each schedule is a row; the process that moves it on enqueues the job in the same
transaction. So each tick happens once whatever the number of processes, and one that fell due while
nothing ran happens at the next start. Several missed ticks become one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from hub import clock
from hub.jobs.handlers import Task
from hub.models.jobs import Timer
from hub.transaction import unit


@dataclass(frozen=True, slots=True)
class Schedule:
    """A task and the rule for its ticks."""

    task: Task
    next_after: Callable[[datetime], datetime]


_schedules: dict[str, Schedule] = {}


def every(*, seconds: float) -> Callable[[Task], Task]:
    """Run a task every so many seconds, at multiples of that since 1970 (UTC); at most once at a time."""
    if seconds <= 0:
        raise ValueError("a schedule needs a positive number of seconds")

    def next_after(now: datetime) -> datetime:
        return datetime.fromtimestamp((now.timestamp() // seconds + 1) * seconds, UTC)

    return _register(next_after)


def daily(*, at: str) -> Callable[[Task], Task]:
    """Run a task once a day at this hour, "HH:MM" in UTC."""
    hour = time.fromisoformat(at).replace(tzinfo=UTC)

    def next_after(now: datetime) -> datetime:
        today = datetime.combine(now.astimezone(UTC).date(), hour)
        return today if today > now else today + timedelta(days=1)

    return _register(next_after)


def _register(next_after: Callable[[datetime], datetime]) -> Callable[[Task], Task]:
    def register(task: Task) -> Task:
        _schedules[task.name] = Schedule(task, next_after)
        return task

    return register


class Ticker:
    """One process's view of the timers; it asks the database only when a tick may be due."""

    def __init__(self) -> None:
        self._next_at: dict[str, datetime] = {}

    def tick(self) -> int:
        """Enqueue what is due; returns how many ticks this process won. Raises what the database raises."""
        now = clock.now()
        due = [schedule for name, schedule in _schedules.items() if self._is_due(name, now)]
        return sum(self._tick(schedule, now) for schedule in due)

    def _is_due(self, name: str, now: datetime) -> bool:
        return name not in self._next_at or self._next_at[name] <= now

    def _tick(self, schedule: Schedule, now: datetime) -> bool:
        name, next_at = schedule.task.name, schedule.next_after(now)
        if name not in self._next_at:
            Timer.objects.bulk_create([Timer(name=name, next_at=next_at)], ignore_conflicts=True)
        if self._reads_earlier(name, now, next_at):
            return False
        with unit():
            won = Timer.objects.filter(name=name, next_at__lte=now).update(next_at=next_at)
            if won:
                schedule.task.using(unique_key=f"timer:{name}").enqueue()
        self._next_at[name] = next_at
        return bool(won)

    def _reads_earlier(self, name: str, now: datetime, next_at: datetime) -> bool:
        """Learn the stored tick; true if it lies ahead. A rule that now ticks sooner moves it forward."""
        stored = Timer.objects.values_list("next_at", flat=True).get(name=name)
        if stored > next_at:
            Timer.objects.filter(name=name, next_at__gt=next_at).update(next_at=next_at)
        self._next_at[name] = min(stored, next_at)
        return stored > now
