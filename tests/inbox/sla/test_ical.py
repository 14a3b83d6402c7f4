"""Calendar files become holidays and closures, and what cannot is told in plain words."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inbox.sla.calendar import Calendar
from inbox.sla.ical import SIZE_LIMIT, Imported, Unreadable, read_closures

FIRST, LAST = date(2026, 1, 1), date(2028, 12, 31)


def calendar(*events: str) -> bytes:
    lines = [f"BEGIN:VEVENT\n{event.strip()}\nEND:VEVENT\n" for event in events]
    return f"BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:test\n{''.join(lines)}END:VCALENDAR\n".encode()


def read(*events: str, zone: str = "Europe/Berlin") -> Imported:
    return read_closures(calendar(*events), zone, FIRST, LAST)


def test_an_event_of_a_day_is_a_holiday_with_its_name() -> None:
    found = read("DTSTART;VALUE=DATE:20261225\nDTEND;VALUE=DATE:20261226\nSUMMARY:Christmas\\, at last")
    assert found.holidays == {date(2026, 12, 25): "Christmas, at last"}
    assert (found.closures, found.warnings) == ({}, [])


def test_an_event_of_days_without_an_end_lasts_one() -> None:
    assert list(read("DTSTART;VALUE=DATE:20261225").holidays) == [date(2026, 12, 25)]


def test_an_event_of_several_days_is_as_many_holidays() -> None:
    found = read("DTSTART;VALUE=DATE:20261224\nDTEND;VALUE=DATE:20261227\nTRANSP:TRANSPARENT")
    assert list(found.holidays) == [date(2026, 12, 24), date(2026, 12, 25), date(2026, 12, 26)]
    assert min(read("DTSTART;VALUE=DATE:20251230\nDURATION:P1W").holidays) == FIRST


def test_yearly_events_are_written_out_for_the_years_asked_for() -> None:
    found = read("DTSTART;VALUE=DATE:19901003\nRRULE:FREQ=YEARLY\nSUMMARY:Unity")
    assert list(found.holidays) == [date(year, 10, 3) for year in (2026, 2027, 2028)]
    ended = read("DTSTART;VALUE=DATE:19901003\nRRULE:FREQ=YEARLY;UNTIL=20271003")
    assert list(ended.holidays) == [date(2026, 10, 3), date(2027, 10, 3)]


def test_excepted_occurrences_are_left_out_and_further_dates_come_in() -> None:
    found = read(
        "DTSTART;VALUE=DATE:20200501\nRRULE:FREQ=YEARLY\n"
        "EXDATE;VALUE=DATE:20270501,20280501\nRDATE;VALUE=DATE:20270502"
    )
    assert sorted(found.holidays) == [date(2026, 5, 1), date(2027, 5, 2)]


def test_a_repeated_event_that_began_before_the_time_asked_for_reaches_into_it() -> None:
    found = read("DTSTART;VALUE=DATE:20201215\nDURATION:P20D\nRRULE:FREQ=YEARLY;UNTIL=20251215")
    assert list(found.holidays) == [date(2026, 1, day) for day in (1, 2, 3)]


def test_a_closure_may_be_excepted_by_its_day() -> None:
    found = read(
        "DTSTART:20260105T140000\nDURATION:PT1H\nRRULE:FREQ=DAILY;COUNT=2\nEXDATE;VALUE=DATE:20260105"
    )
    assert list(found.closures) == [(date(2026, 1, 6), time(14), time(15))]


def test_a_moved_occurrence_counts_where_it_was_moved_to_and_a_cancelled_one_nowhere() -> None:
    found = read(
        "UID:a\nDTSTART;VALUE=DATE:20200501\nRRULE:FREQ=YEARLY",
        "UID:a\nRECURRENCE-ID;VALUE=DATE:20270501\nDTSTART;VALUE=DATE:20270503",
        "UID:a\nRECURRENCE-ID;VALUE=DATE:20280501\nDTSTART;VALUE=DATE:20280501\nSTATUS:CANCELLED",
    )
    assert sorted(found.holidays) == [date(2026, 5, 1), date(2027, 5, 3)]


def test_cancelled_events_close_nothing() -> None:
    found = read("DTSTART;VALUE=DATE:20261225\nSTATUS:CANCELLED")
    assert found.holidays == {}
    assert found.warnings == ["No event of this file lies between 2026-01-01 and 2028-12-31."]


def test_an_event_with_times_is_a_closure_in_the_schedules_zone() -> None:
    found = read("DTSTART;TZID=America/New_York:20261224T080000\nDTEND;TZID=America/New_York:20261224T120000")
    assert list(found.closures) == [(date(2026, 12, 24), time(14), time(18))]
    assert list(read("DTSTART:20260701T100000Z\nDURATION:PT2H").closures) == [
        (date(2026, 7, 1), time(12), time(14))
    ]


def test_zones_may_have_names_of_windows_or_a_definition_of_their_own() -> None:
    windows = "DTSTART;TZID=W. Europe Standard Time:20261224T120000\nDURATION:PT1H"
    assert list(read(windows).closures) == [(date(2026, 12, 24), time(12), time(13))]
    own = (
        b"BEGIN:VCALENDAR\nBEGIN:VTIMEZONE\nTZID:Ours\nBEGIN:STANDARD\nDTSTART:19700101T000000\n"
        b"TZOFFSETFROM:+0300\nTZOFFSETTO:+0300\nEND:STANDARD\nEND:VTIMEZONE\n"
        b"BEGIN:VEVENT\nDTSTART;TZID=Ours:20261224T120000\nDURATION:PT1H\nEND:VEVENT\nEND:VCALENDAR\n"
    )
    found = read_closures(own, "Europe/Berlin", FIRST, LAST)
    assert list(found.closures) == [(date(2026, 12, 24), time(10), time(11))]


def test_times_without_a_zone_are_the_schedules_own() -> None:
    found = read("DTSTART:20261224T120000\nDTEND:20261224T180000", zone="Asia/Tokyo")
    assert list(found.closures) == [(date(2026, 12, 24), time(12), time(18))]


def test_a_closure_over_midnights_is_one_for_each_day() -> None:
    found = read("DTSTART:20261224T180000\nDTEND:20261226T090000")
    assert list(found.closures) == [
        (date(2026, 12, 24), time(18), time(0)),
        (date(2026, 12, 25), time(0), time(0)),
        (date(2026, 12, 26), time(0), time(9)),
    ]
    midnight = read("DTSTART:20261224T000000\nDTEND:20261225T000000")
    assert list(midnight.closures) == [(date(2026, 12, 24), time(0), time(0))]


def test_closures_repeat_at_their_time_on_the_wall() -> None:
    found = read(
        "DTSTART;TZID=Europe/Berlin:20260324T140000\nDURATION:PT1H\n"
        "RRULE:FREQ=WEEKLY;UNTIL=20260414T120000Z\nEXDATE;TZID=Europe/Berlin:20260407T140000"
    )
    assert list(found.closures) == [
        (date(2026, month, day), time(14), time(15)) for month, day in ((3, 24), (3, 31), (4, 14))
    ]


def test_what_was_read_closes_a_schedule() -> None:
    found = read(
        "DTSTART;VALUE=DATE:20261225\nSUMMARY:Christmas", "DTSTART:20261224T120000\nDTEND:20261224T180000"
    )
    office = [(day, time(9), time(17)) for day in range(5)]
    of = Calendar("Europe/Berlin", office, found.holidays, found.closures)
    opened = of.elapsed(datetime(2026, 12, 24, tzinfo=UTC), datetime(2026, 12, 26, tzinfo=UTC))
    assert opened == timedelta(hours=3)


def test_events_that_cannot_be_understood_are_named_and_the_others_taken() -> None:
    found = read(
        "DTSTART;VALUE=DATE:20261225\nSUMMARY:Good",
        "DTSTART:garbage\nSUMMARY:Bad",
        "SUMMARY:Timeless",
        "DTSTART:20260101T000000\nDURATION:PT5M\nRRULE:FREQ=HOURLY\nSUMMARY:Bells",
        "DTSTART:20260101T100000\nDTEND:20260101T090000\nSUMMARY:Backwards",
        "DTSTART:20260101T100000\nSUMMARY:Point",
        "DTSTART;VALUE=DATE:20260101\nRRULE:FREQ=YEARLY;BYWEEKNO=20",
    )
    assert list(found.holidays.values()) == ["Good"]
    assert found.warnings == [
        "“Bad” was left out, because its times cannot be read.",
        "“Timeless” was left out, because its times cannot be read.",
        "“Bells” was left out, because it repeats hourly.",
        "“Backwards” was left out, because it ends before it starts.",
        "“Point” was left out, because it ends when it starts.",
        "“An event without a name” was left out, because it repeats by BYWEEKNO.",
    ]


@pytest.mark.parametrize(
    "content, reason",
    [
        (b"", "no event"),
        (b"hello", "is not a calendar"),
        (b"\xff\xfe\x00", "is not a calendar"),
        (b"BEGIN:VCALENDAR\nEND:VCALENDAR\n", "no event"),
        (b"x" * (SIZE_LIMIT + 1), "larger than 1024 KB"),
        (calendar(*["DTSTART;VALUE=DATE:20260101"] * 5001), "more than 5000 events"),
        (
            calendar(*["DTSTART;VALUE=DATE:00010101\nRRULE:FREQ=YEARLY;BYDAY=60MO;COUNT=1"] * 9),
            "repeat too often",
        ),
    ],
)
def test_a_file_that_cannot_be_taken_is_refused_in_words(content: bytes, reason: str) -> None:
    with pytest.raises(Unreadable, match=reason):
        read_closures(content, "UTC", FIRST, LAST)


def test_not_more_than_twenty_years_at_once() -> None:
    with pytest.raises(Unreadable, match="at most 20 years"):
        read_closures(calendar("DTSTART;VALUE=DATE:20260101"), "UTC", FIRST, date(2099, 1, 1))


_LINES = st.sampled_from(
    """BEGIN:VEVENT|END:VEVENT|DTSTART:20260101T100000Z|DTSTART;VALUE=DATE:20260101|DTEND:20260101
DURATION:PT9999999H|DURATION:-P1D|RRULE:FREQ=YEARLY|RRULE:FREQ=DAILY;COUNT=3|EXDATE:2026|RDATE:20260101T000000Z/PT1H
DTSTART;TZID=Nowhere:99991231T235959|DTSTART:00010101|RECURRENCE-ID:20260101|BEGIN:VALARM|RRULE:|UID:x|SUMMARY:
DTSTART:100000|DTEND:P1D|DTSTART;VALUE=DATE:99991231|RECURRENCE-ID;RANGE=THISANDFUTURE:20260101""".replace(
        "\n", "|"
    ).split("|")
)


@given(st.lists(_LINES | st.text(max_size=20), max_size=12))
def test_nonsense_is_read_or_refused_and_never_breaks(lines: list[str]) -> None:
    content = "\n".join(["BEGIN:VCALENDAR", "BEGIN:VEVENT", *lines, "END:VEVENT", "END:VCALENDAR"])
    try:
        found = read_closures(content.encode("utf-8", "replace"), "Europe/Berlin", FIRST, LAST)
    except Unreadable:
        return
    Calendar("Europe/Berlin", [], found.holidays, found.closures)
