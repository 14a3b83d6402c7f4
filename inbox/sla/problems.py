"""What is wrong with a schedule, in plain words, before it is saved."""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date, time
from itertools import combinations
from typing import NamedTuple

from inbox.sla.spans import shared
from inbox.sla.week import (
    Closure,
    Interval,
    checked_closure,
    checked_day,
    checked_interval,
    spoken,
    within_week,
)
from inbox.sla.zones import zone


class Problem(NamedTuple):
    """One thing that is wrong; a warning may be saved all the same.

    `slug` is one of `unknown-zone`, `bad-interval`, `bad-holiday`, `bad-closure`, `never-open`, `overlap`
    and, as a warning, `whole-day`.
    """

    slug: str
    text: str
    is_warning: bool = False


def problems(
    time_zone: str,
    intervals: Iterable[Interval],
    holidays: Iterable[date] = (),
    closures: Iterable[Closure] = (),
) -> list[Problem]:
    """All that is wrong with what a `Calendar` would be made of; empty when it may be saved as it is."""
    found = [*_wrong_zone(time_zone)]
    week: list[Interval] = []
    for interval in intervals:
        try:
            week.append(checked_interval(interval))
        except (ValueError, TypeError) as wrong:
            found.append(Problem("bad-interval", str(wrong)))
    if not week:
        found.append(
            Problem(
                "never-open", "This schedule has no open hour, so nothing would ever be due. Add some hours."
            )
        )
    found += _overlaps(week)
    found += _whole_days(week)
    found += _wrong_days(holidays, closures)
    return found


def _wrong_zone(name: str) -> Iterator[Problem]:
    try:
        zone(name)
    except ValueError as wrong:
        yield Problem("unknown-zone", str(wrong))


def _overlaps(week: list[Interval]) -> Iterator[Problem]:
    for interval, times in sorted(Counter(week).items()):
        if times > 1:
            yield Problem("overlap", f"{spoken(interval)} is there more than once.")
    for one, other in combinations(sorted(set(week)), 2):
        if any(part for span in within_week(one) for part in shared(within_week(other), span)):
            yield Problem("overlap", f"{spoken(one)} and {spoken(other)} overlap.")


def _whole_days(week: list[Interval]) -> Iterator[Problem]:
    for interval in sorted(set(week)):
        if interval[1] == interval[2] != time(0):
            text = f"{spoken(interval)} begins and ends at the same time, so it lasts 24 hours."
            yield Problem("whole-day", text, is_warning=True)


def _wrong_days(holidays: Iterable[date], closures: Iterable[Closure]) -> Iterator[Problem]:
    for day in holidays:
        try:
            checked_day(day)
        except ValueError as wrong:
            yield Problem("bad-holiday", str(wrong))
    for closure in closures:
        try:
            checked_closure(closure)
        except (ValueError, TypeError) as wrong:
            yield Problem("bad-closure", str(wrong))
