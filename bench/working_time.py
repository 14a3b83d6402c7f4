"""Working time on random schedules in all zones: exact every time, and microseconds a call.

`python -m bench.working_time [SCHEDULES]`. Each schedule is new, with a moment, a duration and pauses of its
own; the figure is processor time, and includes what has to be found out about a zone seen for the first time.
The baseline is the walk from day to day that such arithmetic usually is, on the same schedules, no pauses.
"""

import sys
import time
from datetime import UTC, date, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

from inbox.sla.calendar import Calendar
from tests.inbox.sla.schedules import Case, random_case

SCHEDULES = 100_000
_AT_A_TIME = 1000
_DAY = timedelta(days=1)


def main(count: int = SCHEDULES) -> None:
    """Add and take away on each schedule; print the violations and the time of a call."""
    violations, ours, theirs = 0, 0.0, 0.0
    for first in range(0, count, _AT_A_TIME):
        cases = [random_case(Random(seed)) for seed in range(first, min(first + _AT_A_TIME, count))]
        started = time.process_time()
        violations += sum(map(_is_wrong, cases))
        between = time.process_time()
        sum(map(_walk, cases))
        ours += between - started
        theirs += time.process_time() - between
    print(f"calendar violations: {violations} of {count} schedules (goal 0)")
    print(
        f"calendar: {ours / count / 2 * 1e6:.1f} µs a call (goal ≤ 50, "
        f"baseline a walk from day to day {theirs / count * 1e6:.0f} µs)"
    )


def _is_wrong(case: Case) -> bool:
    due = case.calendar.add(case.moment, case.duration, case.pauses)
    return case.calendar.elapsed(case.moment, due, case.pauses) != case.duration


def _walk(case: Case) -> int:
    """How many days a plain walk looks at until the duration, taken as positive, is over."""
    left, walked = abs(case.duration), 0
    day = case.moment.astimezone(ZoneInfo(case.calendar.time_zone)).date() - _DAY
    while left > timedelta(0):
        for start, end in _opened(case.calendar, day):
            if end > case.moment:
                left -= end - max(start, case.moment)
        day += _DAY
        walked += 1
    return walked


def _opened(of: Calendar, day: date) -> list[tuple[datetime, datetime]]:
    """The intervals that begin on a day, in UTC; what they share would count twice, which costs no time."""
    if day in of.holidays:
        return []
    zone = ZoneInfo(of.time_zone)
    opened = []
    for weekday, start, end in of.intervals:
        if weekday == day.weekday():
            begin = datetime.combine(day, start, zone)
            finish = datetime.combine(day if start < end else day + _DAY, end, zone)
            opened.append((begin.astimezone(UTC), finish.astimezone(UTC)))
    return sorted(opened)


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:2]))
