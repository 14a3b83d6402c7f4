"""Working time in the cases that people ask about: nights, holidays, changed clocks, pauses, and errors."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from inbox.sla.calendar import ALWAYS_OPEN, Calendar
from inbox.sla.instants import NeverComes
from inbox.sla.pauses import Pauses
from inbox.sla.week import Interval

BERLIN = ZoneInfo("Europe/Berlin")
OFFICE: list[Interval] = [(day, time(9), time(17)) for day in range(5)]
NIGHTS: list[Interval] = [(day, time(22), time(6)) for day in range(7)]
EVERY_DAY: list[Interval] = [(day, time(0), time(0)) for day in range(7)]


def hours(number: float) -> timedelta:
    return timedelta(hours=number)


def berlin(*numerals: int, fold: int = 0) -> datetime:
    return datetime(*numerals, tzinfo=BERLIN, fold=fold)  # type: ignore[arg-type, misc]


def utc(*numerals: int) -> datetime:
    return datetime(*numerals, tzinfo=UTC)  # type: ignore[arg-type, misc]


def test_a_duration_goes_on_after_the_weekend() -> None:
    office = Calendar("Europe/Berlin", OFFICE, set())
    assert office.add(berlin(2026, 11, 20, 16), hours(3)) == berlin(2026, 11, 23, 11)
    assert office.elapsed(berlin(2026, 11, 20, 16), berlin(2026, 11, 23, 11)) == hours(3)
    assert office.add(berlin(2026, 11, 21, 12), hours(1)) == berlin(2026, 11, 23, 10)


def test_a_duration_that_fills_the_day_is_over_when_the_day_closes() -> None:
    office = Calendar("Europe/Berlin", OFFICE, set())
    assert office.add(berlin(2026, 11, 20, 9), hours(8)) == berlin(2026, 11, 20, 17)
    assert office.add(berlin(2026, 11, 20, 9), hours(40)) == berlin(2026, 11, 26, 17)


def test_answers_are_in_utc_and_exact_to_the_microsecond() -> None:
    office = Calendar("Europe/Berlin", OFFICE, set())
    due = office.add(berlin(2026, 11, 20, 16, 59, 59, 999_999), timedelta(microseconds=2))
    assert due == utc(2026, 11, 23, 8, 0, 0, 1)
    assert due.tzinfo is UTC


def test_negative_durations_go_back() -> None:
    office = Calendar("Europe/Berlin", OFFICE, set())
    assert office.add(berlin(2026, 11, 23, 11), -hours(3)) == berlin(2026, 11, 20, 16)
    assert office.add(berlin(2026, 11, 23, 11), -hours(2)) == berlin(2026, 11, 23, 9)
    assert office.elapsed(berlin(2026, 11, 23, 11), berlin(2026, 11, 20, 16)) == -hours(3)


def test_nothing_added_is_the_moment_itself() -> None:
    office = Calendar("Europe/Berlin", OFFICE, set())
    assert office.add(berlin(2026, 11, 21, 12), timedelta(0)) == berlin(2026, 11, 21, 12)


def test_several_intervals_a_day_leave_lunch_out() -> None:
    shop = Calendar("Europe/Berlin", [(0, time(9), time(12)), (0, time(13), time(17))], set())
    assert shop.add(berlin(2026, 11, 23, 11, 30), hours(1)) == berlin(2026, 11, 23, 13, 30)


def test_intervals_that_touch_or_overlap_count_once() -> None:
    touching = Calendar("UTC", [(0, time(9), time(12)), (0, time(12), time(17))], set())
    overlapping = Calendar("UTC", [(0, time(9), time(14)), (0, time(10), time(17))], set())
    for of in (touching, overlapping):
        assert of.segments(utc(2026, 11, 23), utc(2026, 11, 24)) == [
            (utc(2026, 11, 23, 9), utc(2026, 11, 23, 17))
        ]


def test_a_night_shift_runs_over_midnight_and_over_the_end_of_the_week() -> None:
    nights = Calendar("Europe/Berlin", NIGHTS, set())
    assert nights.add(berlin(2026, 11, 22, 23), hours(7)) == berlin(2026, 11, 23, 6)
    assert nights.add(berlin(2026, 11, 22, 23), hours(8)) == berlin(2026, 11, 23, 23)
    assert nights.next_close(berlin(2026, 11, 22, 23)) == berlin(2026, 11, 23, 6)


def test_an_end_at_midnight_is_the_end_of_the_day() -> None:
    evening = Calendar("UTC", [(0, time(18), time(0))], set())
    assert evening.segments(utc(2026, 11, 23), utc(2026, 11, 25)) == [
        (utc(2026, 11, 23, 18), utc(2026, 11, 24))
    ]


def test_a_holiday_is_left_out() -> None:
    office = Calendar("Europe/Berlin", OFFICE, {date(2026, 12, 25)})
    assert office.add(berlin(2026, 12, 24, 16), hours(2)) == berlin(2026, 12, 28, 10)
    assert not office.is_open(berlin(2026, 12, 25, 12))


def test_a_holiday_takes_the_night_that_begins_on_it_and_leaves_that_of_the_eve() -> None:
    nights = Calendar("Europe/Berlin", NIGHTS, {date(2026, 12, 25)})
    assert nights.segments(berlin(2026, 12, 24, 12), berlin(2026, 12, 27, 12)) == [
        (berlin(2026, 12, 24, 22), berlin(2026, 12, 25, 6)),
        (berlin(2026, 12, 26, 22), berlin(2026, 12, 27, 6)),
    ]


def test_a_holiday_leaves_what_another_days_interval_keeps_open() -> None:
    week: list[Interval] = [(3, time(20), time(12)), (4, time(9), time(17))]
    of = Calendar("UTC", week, {date(2026, 12, 25)})  # a Friday
    assert of.segments(utc(2026, 12, 24), utc(2026, 12, 27)) == [
        (utc(2026, 12, 24, 20), utc(2026, 12, 25, 12))
    ]


def test_a_holidays_night_leaves_the_next_morning_to_its_own_interval() -> None:
    week: list[Interval] = [(4, time(20), time(12)), (5, time(9), time(17))]
    of = Calendar("UTC", week, {date(2026, 12, 25)})
    saturday = (utc(2026, 12, 26, 9), utc(2026, 12, 26, 17))
    assert of.segments(utc(2026, 12, 25), utc(2026, 12, 28)) == [saturday]
    both = Calendar("UTC", week, {date(2026, 12, 25), date(2026, 12, 26)})
    assert both.segments(utc(2026, 12, 25), utc(2026, 12, 28)) == []


def test_two_holidays_in_a_row_take_both_their_intervals() -> None:
    of = Calendar("UTC", EVERY_DAY, {date(2026, 12, 25), date(2026, 12, 26)})
    assert of.next_close(utc(2026, 12, 1)) == utc(2026, 12, 25)
    assert of.next_open(utc(2026, 12, 25)) == utc(2026, 12, 27)
    assert of.next_close(utc(2026, 12, 27)) is None


def test_part_of_a_day_may_be_closed() -> None:
    eve = (date(2026, 12, 24), time(12), time(0))
    office = Calendar("Europe/Berlin", OFFICE, set(), [eve])
    assert office.add(berlin(2026, 12, 24, 11), hours(2)) == berlin(2026, 12, 25, 10)
    night = (date(2026, 11, 23), time(23), time(1))
    nights = Calendar("Europe/Berlin", NIGHTS, set(), [night])
    assert nights.elapsed(berlin(2026, 11, 23, 12), berlin(2026, 11, 24, 12)) == hours(6)


def test_an_interval_that_begins_in_a_skipped_hour_begins_when_it_is_over() -> None:
    of = Calendar("Europe/Berlin", [(6, time(2, 30), time(5))], set())
    assert of.segments(utc(2026, 3, 29), utc(2026, 3, 30)) == [(utc(2026, 3, 29, 1), utc(2026, 3, 29, 3))]


def test_an_interval_within_a_skipped_hour_does_not_take_place() -> None:
    of = Calendar("Europe/Berlin", [(6, time(2), time(3))], set())
    assert of.elapsed(utc(2026, 3, 28), utc(2026, 3, 30)) == hours(0)
    assert of.next_open(utc(2026, 3, 28)) == berlin(2026, 4, 5, 2)


def test_a_repeated_hour_is_open_both_times() -> None:
    of = Calendar("Europe/Berlin", [(6, time(1), time(5))], set())
    assert of.elapsed(utc(2026, 10, 24), utc(2026, 10, 26)) == hours(5)
    within = Calendar("Europe/Berlin", [(6, time(2), time(2, 30))], set())
    assert within.segments(utc(2026, 10, 24), utc(2026, 10, 26)) == [
        (utc(2026, 10, 25, 0), utc(2026, 10, 25, 0, 30)),
        (utc(2026, 10, 25, 1), utc(2026, 10, 25, 1, 30)),
    ]
    assert within.add(berlin(2026, 10, 25, 2), hours(0.75)) == utc(2026, 10, 25, 1, 15)


def test_a_moment_in_a_repeated_hour_is_the_one_that_was_meant() -> None:
    of = Calendar("Europe/Berlin", EVERY_DAY, set())
    first, second = berlin(2026, 10, 25, 2, 30), berlin(2026, 10, 25, 2, 30, fold=1)
    assert of.elapsed(first, second) == hours(1)


def test_a_night_over_a_change_of_clocks_is_as_long_as_it_was() -> None:
    nights = Calendar("Europe/Berlin", NIGHTS, set())
    assert nights.elapsed(berlin(2026, 3, 28, 12), berlin(2026, 3, 29, 12)) == hours(7)
    assert nights.elapsed(berlin(2026, 10, 24, 12), berlin(2026, 10, 25, 12)) == hours(9)


def test_half_an_hour_of_summer_time_counts_on_lord_howe() -> None:
    of = Calendar("Australia/Lord_Howe", [(6, time(0), time(6))], set())
    assert of.elapsed(utc(2026, 4, 3), utc(2026, 4, 6)) == hours(6.5)
    assert of.elapsed(utc(2026, 10, 2), utc(2026, 10, 5)) == hours(5.5)


def test_apia_had_no_friday_that_week() -> None:
    of = Calendar("Pacific/Apia", OFFICE, set())
    thursday, saturday = (datetime(2011, 12, day, 12, tzinfo=ZoneInfo("Pacific/Apia")) for day in (29, 31))
    assert of.elapsed(thursday, saturday) == hours(5)
    assert of.add(thursday, hours(6)) == datetime(2012, 1, 2, 10, tzinfo=ZoneInfo("Pacific/Apia"))


def test_next_open_and_next_close_are_the_moment_itself_when_it_is_so_already() -> None:
    office = Calendar("Europe/Berlin", OFFICE, set())
    noon, night = berlin(2026, 11, 20, 12), berlin(2026, 11, 20, 22)
    assert office.next_open(noon) == noon
    assert office.next_close(noon) == berlin(2026, 11, 20, 17)
    assert office.next_open(night) == berlin(2026, 11, 23, 9)
    assert office.next_close(night) == night
    assert not office.is_open(berlin(2026, 11, 20, 17))
    assert office.is_open(berlin(2026, 11, 20, 9))


def test_pauses_put_off_what_is_due() -> None:
    office = Calendar("Europe/Berlin", OFFICE, set())
    waiting = Pauses([(berlin(2026, 11, 23, 10), berlin(2026, 11, 24, 10))])
    due = office.add(berlin(2026, 11, 23, 9), hours(2), waiting)
    assert due == berlin(2026, 11, 24, 11)
    assert office.elapsed(berlin(2026, 11, 23, 9), due, waiting) == hours(2)
    assert office.add(due, -hours(2), waiting) == berlin(2026, 11, 23, 9)


def test_two_pauses_in_one_second_are_both_kept_and_overlapping_ones_count_once() -> None:
    start = utc(2026, 11, 23, 9)
    ms = timedelta(milliseconds=1)
    short = Pauses([(start + 2 * ms, start + 3 * ms), (start, start + ms)])
    assert ALWAYS_OPEN.elapsed(start, start + 10 * ms, short) == 8 * ms
    over = Pauses((start + a * ms, start + b * ms) for a, b in ((0, 5), (3, 6), (6, 7)))
    assert over.spans == ((start, start + 7 * ms),)
    assert over == Pauses([(start, start + 7 * ms)])
    assert hash(over) == hash(Pauses([(start, start + 7 * ms)]))


def test_a_pause_that_lasts_leaves_nothing_due() -> None:
    start = utc(2026, 11, 23, 9)
    waiting = Pauses([(start + hours(1), None)])
    assert ALWAYS_OPEN.elapsed(start, start + hours(5), waiting) == hours(1)
    assert ALWAYS_OPEN.add(start, hours(1), waiting) == start + hours(1)
    with pytest.raises(NeverComes, match="pause still lasts"):
        ALWAYS_OPEN.add(start, hours(2), waiting)
    assert waiting.spans == ((start + hours(1), None),)


def test_a_pause_may_not_end_before_it_starts() -> None:
    with pytest.raises(ValueError, match="ends before it starts"):
        Pauses([(utc(2026, 1, 2), utc(2026, 1, 1))])


def test_a_calendar_that_is_never_open_says_so() -> None:
    never = Calendar("Europe/Berlin", [], set())
    assert never.is_never_open
    assert never.elapsed(utc(2026, 1, 1), utc(2027, 1, 1)) == timedelta(0)
    assert never.next_open(utc(2026, 1, 1)) is None
    assert never.segments(utc(2026, 1, 1), utc(2027, 1, 1)) == []
    for duration in (hours(1), -hours(1)):
        with pytest.raises(NeverComes, match="no open hour"):
            never.add(utc(2026, 1, 1), duration)


def test_a_calendar_closed_for_years_opens_again() -> None:
    off = {date(2026, 1, 1) + timedelta(days=number) for number in range(3 * 365)}
    of = Calendar("Europe/Berlin", OFFICE, off)
    assert of.add(berlin(2026, 1, 1), hours(1)) == berlin(2029, 1, 1, 10)


def test_far_dates_are_no_trouble_until_the_years_end() -> None:
    office = Calendar("Europe/Berlin", OFFICE, set())
    start, end = utc(1, 1, 1), utc(9999, 12, 31)
    due = office.add(start, timedelta(days=40_000))
    assert office.elapsed(start, due) == timedelta(days=40_000)
    since = office.add(end, -timedelta(days=40_000))
    assert office.elapsed(since, end) == timedelta(days=40_000)
    beyond = [(end, hours(24)), (start, -hours(24)), (due, timedelta.max), (due, timedelta.min)]
    for moment, duration in beyond:
        with pytest.raises(NeverComes):
            office.add(moment, duration)
    assert ALWAYS_OPEN.next_close(end) is None
    assert office.next_open(datetime.max.replace(tzinfo=UTC)) is None  # a Friday evening


def test_moments_need_a_zone() -> None:
    naive = datetime(2026, 1, 1)  # noqa: DTZ001
    with pytest.raises(ValueError, match="has no time zone"):
        ALWAYS_OPEN.add(naive, hours(1))
    with pytest.raises(ValueError, match="has no time zone"):
        ALWAYS_OPEN.elapsed(naive, utc(2026, 1, 2))


@pytest.mark.parametrize(
    "name", ["", "Europe", "Mars/Phobos", "../../etc/passwd", "right/UTC", "a\0b", "x" * 5000, "tzdata.zi"]
)
def test_an_unknown_zone_is_refused_in_words(name: str) -> None:
    with pytest.raises(ValueError, match="There is no time zone"):
        Calendar(name, OFFICE, set())


def test_what_no_week_has_is_refused_in_words() -> None:
    with pytest.raises(ValueError, match="A weekday is a number from 0"):
        Calendar("UTC", [(7, time(9), time(17))], set())
    with pytest.raises(ValueError, match="times of the day without a zone"):
        Calendar("UTC", [(0, time(9, tzinfo=UTC), time(17))], set())
    with pytest.raises(ValueError, match="a date without a time"):
        Calendar("UTC", OFFICE, {utc(2026, 1, 1)})


def test_calendars_are_equal_by_what_they_say_and_cannot_be_changed() -> None:
    one = Calendar("UTC", OFFICE, {date(2026, 12, 25)})
    other = Calendar("UTC", reversed(OFFICE), [date(2026, 12, 25)])
    assert one == other
    assert len({one, other, Calendar("UTC", OFFICE, set())}) == 2
    assert eval(repr(one), {"Calendar": Calendar, "datetime": __import__("datetime")}) == one
    with pytest.raises(AttributeError):
        one.time_zone = "Europe/Berlin"  # type: ignore[misc]
