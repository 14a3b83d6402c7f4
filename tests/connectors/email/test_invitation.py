"""Calendar invitations as Outlook, Google, Apple and others send them."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from connectors.email.commands import mail_as_json
from connectors.email.reading.files import suggested_filename
from connectors.email.reading.invitation import SIZE_LIMIT, read_invitation
from connectors.email.reading.parse import parse, parse_ordinary
from hub.messages import Invitation

OUTLOOK_ZONE = """\
BEGIN:VTIMEZONE
TZID:W. Europe Standard Time
BEGIN:STANDARD
DTSTART:16010101T030000
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=10
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:16010101T020000
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=3
END:DAYLIGHT
END:VTIMEZONE
"""


def calendar(event: str, method: str = "METHOD:REQUEST\n", zone: str = "") -> bytes:
    """A calendar with one event, line ends as on the wire."""
    head = f"BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:x\n{method}{zone}"
    text = f"{head}BEGIN:VEVENT\nUID:u1\n{event}END:VEVENT\nEND:VCALENDAR\n"
    return text.replace("\n", "\r\n").encode()


def read(event: str, method: str = "METHOD:REQUEST\n", zone: str = "") -> Invitation:
    found = read_invitation(calendar(event, method, zone))
    assert found is not None
    return found


def test_outlook_names_zones_in_its_own_way() -> None:
    found = read(
        'ORGANIZER;CN="Joël":MAILTO:joel@example.net\nATTENDEE;RSVP=TRUE;CN=Desk:mailto:desk@acme.test\n'
        "ATTENDEE:mailto:ann@example.net\nSUMMARY;LANGUAGE=de:Gespräch\\, Teil 1\nLOCATION:Raum 5\n"
        "DTSTART;TZID=W. Europe Standard Time:20260706T100000\nRRULE:FREQ=WEEKLY;COUNT=3\n"
        "DTEND;TZID=W. Europe Standard Time:20260706T113000\n",
        zone=OUTLOOK_ZONE,
    )
    assert found == Invitation(
        method="REQUEST",
        uid="u1",
        summary="Gespräch, Teil 1",
        starts_at=datetime(2026, 7, 6, 8, tzinfo=UTC),
        ends_at=datetime(2026, 7, 6, 9, 30, tzinfo=UTC),
        time_zone="W. Europe Standard Time",
        location="Raum 5",
        organizer="Joël <joel@example.net>",
        attendees=("Desk <desk@acme.test>", "ann@example.net"),
        recurrence="FREQ=WEEKLY;COUNT=3",
    )


def january(day: int = 0, hour: int = 0, minute: int = 0) -> datetime | None:
    """An instant in January 2026, or None without a day."""
    return datetime(2026, 1, day, hour, minute, tzinfo=UTC) if day else None


@pytest.mark.parametrize(
    "event, starts, ends, all_day, zone",
    [
        ("DTSTART:20260105T100000Z\nDTEND:20260105T110000Z\n", (5, 10), (5, 11), False, "UTC"),
        (
            "DTSTART;TZID=Europe/Berlin:20260105T100000\nDURATION:PT90M\n",
            (5, 9),
            (5, 10, 30),
            False,
            "Europe/Berlin",
        ),
        ("DTSTART:20260105T100000\n", (5, 10), (), False, ""),
        ("DTSTART;VALUE=DATE:20260105\n", (5,), (6,), True, ""),
        ("DTSTART;VALUE=DATE:20260105\nDTEND;VALUE=DATE:20260108\n", (5,), (8,), True, ""),
        ("SUMMARY:Without a time\n", (), (), False, ""),
        ("DTSTART:tomorrow\n", (), (), False, ""),
    ],
)
def test_times(event: str, starts: tuple[int, ...], ends: tuple[int, ...], all_day: bool, zone: str) -> None:
    found = read(event)
    assert found.starts_at == january(*starts)
    assert found.ends_at == january(*ends)
    assert (found.all_day, found.time_zone) == (all_day, zone)


@pytest.mark.parametrize(
    "method, event, expected",
    [
        ("METHOD:reply\n", "", "REPLY"),
        ("METHOD:REQUEST\n", "STATUS:CANCELLED\n", "CANCEL"),
        ("METHOD:CANCEL\n", "", "CANCEL"),
        ("", "", "PUBLISH"),
        ("METHOD:EXPLODE\n", "", "PUBLISH"),
    ],
)
def test_methods(method: str, event: str, expected: str) -> None:
    assert read(event, method).method == expected


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"no calendar",
        b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n",
        b"BEGIN:VCALENDAR\r\nBEGIN:VTODO\r\nEND:VTODO\r\nEND:VCALENDAR\r\n",
        b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n",
        b"BEGIN:VEVENT\r\n" * 5000,
        calendar("") + b" " * SIZE_LIMIT,
    ],
)
def test_what_is_no_invitation(content: bytes) -> None:
    assert read_invitation(content) is None


GOOGLE = (
    b"From: ann@example.net\r\nContent-Type: multipart/mixed; boundary=m\r\n\r\n--m\r\n"
    b"Content-Type: multipart/alternative; boundary=a\r\n\r\n--a\r\n\r\nCome!\r\n--a\r\n"
    b"Content-Type: text/calendar; charset=UTF-8; method=REQUEST\r\n\r\n%(ics)s\r\n--a--\r\n--m\r\n"
    b'Content-Type: application/ics\r\nContent-Disposition: attachment; filename="invite.ics"\r\n'
    b"\r\n%(ics)s\r\n--m--\r\n"
)


def test_an_invitation_in_a_mail_is_read_and_stays_a_file_once() -> None:
    raw = GOOGLE % {b"ics": calendar("SUMMARY:Meeting\nDTSTART:20260105T100000Z\n", "")}
    mail = parse(raw)
    assert mail.text == "Come!"
    assert mail.invitation is not None
    assert (mail.invitation.method, mail.invitation.summary) == ("REQUEST", "Meeting")
    assert [file.filename for file in mail.attachments] == ["invite.ics"]
    assert (
        json.loads(json.dumps(mail_as_json(mail)))["invitation"]["starts_at"] == "2026-01-05T10:00:00+00:00"
    )
    assert parse_ordinary(raw) is None


def test_a_calendar_without_a_name_gets_one() -> None:
    mail = parse(b"From: a@b.test\r\nContent-Type: text/calendar; method=REPLY\r\n\r\n" + calendar("", ""))
    assert mail.invitation is not None
    assert mail.invitation.method == "REPLY"
    assert suggested_filename(mail.attachments[0], 1) == "invitation.ics"
