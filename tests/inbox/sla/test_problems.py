"""A schedule's faults are told in plain words before it is saved."""

from datetime import UTC, date, datetime, time

from inbox.sla.problems import problems


def test_a_proper_schedule_has_no_problems() -> None:
    week = [(0, time(9), time(12)), (0, time(12), time(17)), (6, time(22), time(6)), (3, time(0), time(0))]
    assert (
        problems("Europe/Berlin", week, [date(2026, 12, 25)], [(date(2026, 12, 24), time(12), time(0))]) == []
    )


def test_a_week_without_an_open_hour_is_a_problem() -> None:
    (found,) = problems("UTC", [])
    assert found.slug == "never-open"
    assert "no open hour" in found.text


def test_overlapping_intervals_are_named() -> None:
    week = [(0, time(9), time(17)), (0, time(16), time(20)), (6, time(22), time(6)), (0, time(5), time(7))]
    assert [problem.text for problem in problems("UTC", [*week, week[0]])] == [
        "Monday 09:00 to 17:00 is there more than once.",
        "Monday 05:00 to 07:00 and Sunday 22:00 to Monday 06:00 overlap.",
        "Monday 09:00 to 17:00 and Monday 16:00 to 20:00 overlap.",
    ]


def test_an_interval_that_ends_when_it_starts_is_warned_of() -> None:
    (found,) = problems("UTC", [(2, time(9), time(9))])
    assert found.is_warning
    assert "Wednesday 09:00 to Thursday 09:00" in found.text
    assert "24 hours" in found.text


def test_everything_wrong_is_told_at_once() -> None:
    found = problems(
        "Europe/Nowhere",
        [(9, time(9), time(17))],
        [datetime(2026, 1, 1, tzinfo=UTC)],
        [(date(2026, 1, 1), time(9, tzinfo=UTC), time(10))],
    )
    assert [problem.slug for problem in found] == [
        "unknown-zone",
        "bad-interval",
        "never-open",
        "bad-holiday",
        "bad-closure",
    ]
