"""Random schedules, moments and pauses out of a seed, and what is open by the plainest of definitions."""

import zoneinfo
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from random import Random

from inbox.sla.calendar import Calendar
from inbox.sla.pauses import Pauses
from inbox.sla.week import Closure, Interval

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)

HARD_ZONES = (
    "Africa/Cairo",
    "Africa/Casablanca",  # summer time is taken back for Ramadan
    "America/Havana",
    "America/New_York",
    "America/Sao_Paulo",  # its gap was at midnight
    "America/St_Johns",
    "Antarctica/Troll",  # two hours
    "Asia/Gaza",
    "Asia/Kathmandu",
    "Asia/Tehran",
    "Australia/Lord_Howe",  # half an hour
    "Europe/Berlin",
    "Europe/Dublin",  # winter is the exception, by law
    "Europe/Lisbon",
    "Pacific/Apia",  # no 30 December 2011
    "Pacific/Chatham",
    "Pacific/Kiritimati",
    "UTC",
)


@cache
def all_zones() -> tuple[str, ...]:
    return tuple(sorted(zoneinfo.available_timezones() - {"localtime", "posixrules"}))


@dataclass(frozen=True)
class Case:
    """A calendar, a moment, a duration and pauses, to be added and taken away again."""

    calendar: Calendar
    moment: datetime
    duration: timedelta
    pauses: Pauses


def random_case(random: Random) -> Case:
    """Anything from a shop's week to hours that no shop has, anywhere, near a change of clocks or not."""
    moment = datetime(1985, 1, 1, tzinfo=UTC) + timedelta(seconds=random.randrange(60 * 365 * 86_400))
    if random.random() < 0.2:
        moment += timedelta(microseconds=random.randrange(1_000_000))
    zone = random.choice(HARD_ZONES if random.random() < 0.3 else all_zones())
    if random.random() < 0.3:
        moment = near_a_change(random, zone, moment)
    calendar = random_calendar(random, zone, moment.date())
    duration = timedelta(seconds=int(10 ** random.uniform(0, 6.7)))
    if random.random() < 0.2:
        duration += timedelta(microseconds=random.randrange(1_000_000))
    if random.random() < 0.2:
        duration = -duration
    return Case(calendar, moment, duration, random_pauses(random, moment))


def random_calendar(random: Random, zone: str, around: date) -> Calendar:
    days = [around + timedelta(days=random.randint(-10, 40)) for _ in range(random.choice((0, 0, 1, 5, 30)))]
    closures: list[Closure] = [
        (around + timedelta(days=random.randint(-5, 20)), random_time(random), random_time(random))
        for _ in range(random.choice((0, 0, 1, 5)))
    ]
    return Calendar(zone, random_week(random), set(days), closures)


def random_week(random: Random) -> list[Interval]:
    kind = random.randrange(5)
    if kind == 0:
        return [(day, time(9), time(17, 30)) for day in range(5)]
    if kind == 1:
        return [(day, time(22), time(6)) for day in range(7)]
    if kind == 2:
        return [(day, *half) for day in range(6) for half in ((time(8), time(12)), (time(13), time(17)))]
    week = [
        (random.randrange(7), random_time(random), random_time(random)) for _ in range(random.randint(0, 12))
    ]
    return [*week, (random.randrange(7), time(10), time(11))]  # enough for all to be over in this age


def random_time(random: Random) -> time:
    """Often a full or a half hour, in which clocks are changed, now and then with seconds and less."""
    if random.random() < 0.6:
        return time(random.choice((0, 1, 1, 2, 2, 3, 3, *range(4, 24))), random.choice((0, 30)))
    if random.random() < 0.8:
        return time(random.randrange(24), random.randrange(60))
    return time(random.randrange(24), random.randrange(60), random.randrange(60), random.randrange(1_000_000))


def random_pauses(random: Random, around: datetime) -> Pauses:
    spans = []
    for _ in range(random.choice((0, 0, 1, 3, 10))):
        start = around + timedelta(seconds=random.randint(-5 * 86_400, 20 * 86_400))
        spans.append((start, start + timedelta(seconds=int(10 ** random.uniform(0, 6)))))
    return Pauses(spans)


def near_a_change(random: Random, zone: str, moment: datetime) -> datetime:
    """A moment within a day of the zone's next change of clocks; the moment itself when none comes soon."""
    own = zoneinfo.ZoneInfo(zone)
    for day in range(0, 400, 2):
        later = moment + day * DAY
        if later.astimezone(own).utcoffset() != (later + 2 * DAY).astimezone(own).utcoffset():
            return later + timedelta(seconds=random.randrange(3 * 86_400))
    return moment


def is_open_by_definition(calendar: Calendar, moment: datetime) -> bool:
    """Whether a clock on the wall shows an open time: slow, and nothing to get wrong."""
    wall = moment.astimezone(zoneinfo.ZoneInfo(calendar.time_zone)).replace(tzinfo=None)
    if any(_contains(day, start, end, wall) for day, start, end in calendar.closures):
        return False
    return any(
        _contains(day, start, end, wall)
        for day in (wall.date() - DAY, wall.date())
        if day not in calendar.holidays
        for weekday, start, end in calendar.intervals
        if weekday == day.weekday()
    )


def _contains(day: date, start: time, end: time, wall: datetime) -> bool:
    begin, finish = datetime.combine(day, start), datetime.combine(day, end)
    return begin <= wall < (finish if start < end else finish + DAY)
