"""Repeating events fall on the days that dateutil gives, and never take longer than the time asked for."""

from datetime import date, datetime, time
from typing import Any

import pytest
from dateutil import rrule  # type: ignore[import-untyped]
from hypothesis import given, settings
from hypothesis import strategies as st

from inbox.sla.recurrence import NotUnderstood, TooManySteps, recurrence

FIRST, LAST = date(2024, 1, 1), date(2029, 12, 31)

WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


def days(start: date, rule: dict[str, Any], steps: int = 1_000_000) -> list[date]:
    return list(recurrence(start, rule).days(FIRST, LAST, iter(range(1, steps))))


def by_dateutil(start: date, rule: dict[str, Any]) -> list[date]:
    text = ";".join(f"{name}={','.join(map(str, values))}" for name, values in rule.items())
    begin, first, last = (datetime.combine(day, time(0)) for day in (start, FIRST, LAST))
    return [moment.date() for moment in rrule.rrulestr(text, dtstart=begin).between(first, last, inc=True)]


@st.composite
def rules(draw: st.DrawFn) -> dict[str, Any]:
    frequency = draw(st.sampled_from(("YEARLY", "MONTHLY", "WEEKLY", "DAILY")))
    rule: dict[str, Any] = {"FREQ": [frequency], "INTERVAL": [draw(st.integers(1, 4))]}
    if draw(st.booleans()):
        rule["COUNT"] = [draw(st.integers(1, 200))]
    if draw(st.booleans()):
        rule["BYMONTH"] = draw(st.lists(st.integers(1, 12), min_size=1, max_size=3, unique=True))
    if frequency != "WEEKLY" and draw(st.booleans()):
        monthdays = st.integers(-28, 28).filter(bool)
        rule["BYMONTHDAY"] = draw(st.lists(monthdays, min_size=1, max_size=5, unique=True))
    if draw(st.booleans()):
        plain = st.sampled_from(WEEKDAYS)
        numbered = st.builds("{}{}".format, st.sampled_from((-2, -1, 1, 2, 4)), plain)
        may_number = frequency in ("YEARLY", "MONTHLY")
        rule["BYDAY"] = draw(
            st.lists(numbered if may_number and draw(st.booleans()) else plain, min_size=1, max_size=3)
        )
    if frequency in ("YEARLY", "MONTHLY") and "BYDAY" in rule and draw(st.booleans()):
        rule["BYSETPOS"] = draw(st.lists(st.sampled_from((-2, -1, 1, 2)), min_size=1, max_size=2))
    if draw(st.booleans()):
        rule["WKST"] = [draw(st.sampled_from(WEEKDAYS))]
    return rule


@settings(deadline=None, max_examples=40)  # dateutil looks until the year 9999 when a rule matches no day
@given(st.dates(date(2018, 1, 1), date(2026, 1, 1)), rules())
def test_the_days_are_those_of_dateutil(start: date, rule: dict[str, Any]) -> None:
    assert days(start, rule) == by_dateutil(start, rule)


@pytest.mark.parametrize(
    "rule, expected",
    [
        ({"FREQ": "YEARLY", "BYMONTH": 5, "BYDAY": "-1MO"}, date(2026, 5, 25)),  # Memorial Day
        ({"FREQ": "YEARLY", "BYMONTH": 11, "BYDAY": "4TH"}, date(2026, 11, 26)),  # Thanksgiving
        (
            {"FREQ": "YEARLY", "BYMONTH": 11, "BYDAY": "TU", "BYMONTHDAY": [2, 3, 4, 5, 6, 7, 8]},
            date(2026, 11, 3),  # a day of elections
        ),
        ({"FREQ": "MONTHLY", "BYDAY": list(WEEKDAYS[:5]), "BYSETPOS": -1}, date(2026, 1, 30)),  # stocktaking
        ({"FREQ": "YEARLY"}, date(2026, 1, 1)),
    ],
)
def test_the_days_that_people_close(rule: dict[str, Any], expected: date) -> None:
    assert expected in days(date(2001, 1, 1), rule)


def test_the_29th_of_february_comes_every_fourth_year() -> None:
    assert days(date(2000, 2, 29), {"FREQ": ["YEARLY"]}) == [date(2024, 2, 29), date(2028, 2, 29)]


def test_a_rule_that_never_matches_ends_and_a_greedy_one_is_stopped() -> None:
    never = {"FREQ": ["DAILY"], "BYMONTH": [2], "BYMONTHDAY": [30]}
    assert days(date(2020, 1, 1), never) == []
    with pytest.raises(TooManySteps):
        days(date(1, 1, 1), {"FREQ": ["DAILY"], "COUNT": [1_000_000]}, steps=10_000)


def test_what_is_long_past_is_not_looked_at() -> None:
    found = days(date(1, 1, 1), {"FREQ": ["DAILY"]}, steps=3000)
    assert len(found) == (LAST - FIRST).days + 1


@pytest.mark.parametrize(
    "rule, reason",
    [
        ({"FREQ": ["HOURLY"]}, "hourly"),
        ({"FREQ": ["YEARLY"], "BYWEEKNO": [20]}, "BYWEEKNO"),
        ({"FREQ": ["WEEKLY"], "BYDAY": ["2MO"]}, "numbers the weekdays"),
        ({"FREQ": ["YEARLY"], "BYMONTH": [13]}, "BYMONTH has a number that there is not"),
        ({"FREQ": ["YEARLY"], "INTERVAL": [0]}, "INTERVAL has a number"),
        ({"FREQ": ["YEARLY"], "BYDAY": ["XX"]}, "names the weekday XX"),
        ({"FREQ": ["YEARLY"], "COUNT": ["many"]}, "COUNT is no number"),
        ({}, "without saying how often"),
    ],
)
def test_what_is_not_understood_is_said(rule: dict[str, Any], reason: str) -> None:
    with pytest.raises(NotUnderstood, match=reason):
        days(date(2026, 1, 1), rule)
