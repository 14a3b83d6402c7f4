"""The laws of working time, on schedules that nobody chose.

`HUB_TEST_SCHEDULES` says on how many of them; `python -m bench working_time` takes 100,000.
"""

import os
from datetime import UTC, date, datetime, time, timedelta
from itertools import groupby, pairwise
from random import Random
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inbox.sla.calendar import ALWAYS_OPEN, Calendar
from inbox.sla.instants import to_number
from inbox.sla.pauses import Pauses
from inbox.sla.zones import stretch_at
from tests.inbox.sla.schedules import (
    HARD_ZONES,
    MINUTE,
    all_zones,
    is_open_by_definition,
    near_a_change,
    random_calendar,
    random_case,
)

SCHEDULES = int(os.environ.get("HUB_TEST_SCHEDULES", "3000"))

times = st.one_of(
    st.builds(time, st.integers(0, 23), st.sampled_from((0, 15, 30, 45))),
    st.times(),
)
weeks = st.lists(st.tuples(st.integers(0, 6), times, times), max_size=10).map(
    lambda week: [*week, (2, time(10), time(11))]  # enough for all to be over in this age
)
days = st.dates(date(2010, 1, 1), date(2014, 12, 31))
calendars = st.builds(
    Calendar,
    st.sampled_from(HARD_ZONES),
    weeks,
    st.sets(days, max_size=5),
    st.lists(st.tuples(days, times, times), max_size=5),
)
moments = st.datetimes(datetime(2010, 1, 1), datetime(2014, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001
durations = st.timedeltas(timedelta(0), timedelta(days=40))
pauses = st.builds(
    lambda found: Pauses((start, start + length) for start, length in found),
    st.lists(st.tuples(moments, durations), max_size=6),
)


def test_what_was_added_has_elapsed_on_many_schedules() -> None:
    for seed in range(SCHEDULES):
        case = random_case(Random(seed))
        due = case.calendar.add(case.moment, case.duration, case.pauses)
        assert case.calendar.elapsed(case.moment, due, case.pauses) == case.duration, f"{seed}: {case}"
        due = case.calendar.add(case.moment, case.duration)
        assert case.calendar.elapsed(case.moment, due) == case.duration, f"{seed}: {case}"


@given(calendars, moments, durations, pauses)
def test_what_was_added_has_elapsed(of: Calendar, t: datetime, d: timedelta, paused: Pauses) -> None:
    assert of.elapsed(t, of.add(t, d, paused), paused) == d
    assert of.elapsed(of.add(t, -d, paused), t, paused) == d


@given(calendars, moments, durations, durations, pauses)
def test_adding_twice_is_adding_the_sum(
    of: Calendar, t: datetime, a: timedelta, b: timedelta, paused: Pauses
) -> None:
    assert of.add(of.add(t, a, paused), b, paused) == of.add(t, a + b, paused)
    assert of.add(of.add(t, -a, paused), -b, paused) == of.add(t, -a - b, paused)


@given(calendars, moments, moments, moments, pauses)
def test_elapsed_time_adds_up(of: Calendar, a: datetime, b: datetime, c: datetime, paused: Pauses) -> None:
    assert of.elapsed(a, b, paused) + of.elapsed(b, c, paused) == of.elapsed(a, c, paused)
    assert of.elapsed(a, b, paused) == -of.elapsed(b, a, paused)


@given(calendars, moments, durations)
def test_the_first_such_moment_is_the_one_that_is_given(of: Calendar, t: datetime, d: timedelta) -> None:
    due = of.add(t, d)
    if d:
        assert of.elapsed(t, due - timedelta(microseconds=1)) < d
        assert of.elapsed(of.add(t, -d) + timedelta(microseconds=1), t) < d


@given(calendars, moments, st.timedeltas(timedelta(0), timedelta(days=20)), pauses)
def test_segments_are_what_elapses(of: Calendar, a: datetime, length: timedelta, paused: Pauses) -> None:
    found = of.segments(a, a + length)
    assert sum((end - start for start, end in found), timedelta(0)) == of.elapsed(a, a + length)
    assert all(start < end for start, end in found)
    assert all(one.end < other.start for one, other in pairwise(found))
    for start, end in found:
        assert of.is_open(start) and of.next_open(start) == start
        assert of.is_open(end - timedelta(microseconds=1))
        assert end == a + length or not of.is_open(end)


@given(moments, durations)
def test_calendar_hours_are_all_hours(a: datetime, length: timedelta) -> None:
    assert ALWAYS_OPEN.elapsed(a, a + length) == length
    assert ALWAYS_OPEN.add(a, length) == a + length


@given(calendars, moments, durations, pauses)
def test_what_pauses_take_away_is_the_open_time_in_them(
    of: Calendar, a: datetime, length: timedelta, paused: Pauses
) -> None:
    b = a + length
    inside = [(max(a, start), min(b, end or b)) for start, end in paused.spans]
    taken = sum((of.elapsed(*span) for span in inside if span[0] < span[1]), timedelta(0))
    assert of.elapsed(a, b) - of.elapsed(a, b, paused) == taken


@pytest.mark.parametrize("seed", range(40))
def test_counting_the_minutes_one_by_one_gives_the_same(seed: int) -> None:
    random = Random(seed)
    zone = random.choice(HARD_ZONES)
    start = datetime(2005, 1, 1, tzinfo=UTC) + random.randrange(30 * 365 * 1440) * MINUTE
    start = near_a_change(random, zone, start).replace(second=0, microsecond=0)
    of = in_minutes(random_calendar(random, zone, start.date()))
    minutes = [start + number * MINUTE for number in range(3 * 1440)]
    opened = [is_open_by_definition(of, moment) for moment in minutes]
    assert [of.is_open(moment) for moment in minutes[::7]] == opened[::7]
    counted = 0
    for moment, is_open in zip(minutes, opened, strict=True):
        if counted % 31 == 0 or not is_open:
            assert of.elapsed(start, moment) == counted * MINUTE
        counted += is_open
        if is_open:
            assert of.add(start, counted * MINUTE) == moment + MINUTE
    assert of.segments(start, minutes[-1] + MINUTE) == runs(minutes, opened)


def runs(minutes: list[datetime], opened: list[bool]) -> list[tuple[datetime, datetime]]:
    """The open minutes in a row, from the first until after the last of each row."""
    rows = groupby(zip(minutes, opened, strict=True), key=lambda pair: pair[1])
    found = [[moment for moment, _ in row] for is_open, row in rows if is_open]
    return [(row[0], row[-1] + MINUTE) for row in found]


def in_minutes(of: Calendar) -> Calendar:
    """The calendar without its seconds."""

    def minute(moment: time) -> time:
        return moment.replace(second=0, microsecond=0)

    return Calendar(
        of.time_zone,
        [(day, minute(start), minute(end)) for day, start, end in of.intervals],
        of.holidays,
        [(day, minute(start), minute(end)) for day, start, end in of.closures],
    )


def test_every_zone_shows_what_the_zone_database_says() -> None:
    random = Random(5)
    for name in all_zones():
        zone = ZoneInfo(name)
        for _ in range(10):
            moment = datetime(1900, 1, 1, tzinfo=UTC) + timedelta(seconds=random.randrange(150 * 31_556_952))
            number = to_number(moment)
            stretch = stretch_at(name, number)
            assert stretch.start <= number < stretch.end
            for probe in (stretch.start, number, stretch.end - 1_000_000):
                shown = (moment + timedelta(microseconds=probe - number)).astimezone(zone).utcoffset()
                assert shown == timedelta(microseconds=stretch.offset), (name, moment)
