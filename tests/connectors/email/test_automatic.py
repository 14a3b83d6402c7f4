"""What no person wrote, and what only looks so."""

from __future__ import annotations

import pytest

from connectors.email.reading.parse import parse

AUTOMATIC = {
    "declared": "Auto-Submitted: auto-replied\nSubject: Hello",
    "declared, with a comment": "Auto-Submitted: auto-generated (rejected)\nSubject: Hello",
    "Precedence": "Precedence: auto_reply\nSubject: Hello",
    "Apple": "X-Apple-Action: vacation\nSubject: Hello",
    "a marker": "X-Autoreply: yes\nSubject: Hello",
    "Exchange": "Subject: Automatic reply: Hello",
    "Exchange, German": "Subject: Automatische Antwort: Hello",
    "Exchange, French": "Subject: =?utf-8?q?R=C3=A9ponse_automatique_=3A_Hello?=",
    "Exchange, Japanese": "Subject: =?utf-8?b?6Ieq5YuV5b+c562UOiBIZWxsbw==?=",
    "suppressing": "X-Auto-Response-Suppress: All\nSubject: Your invoice",
    "an answer out of the office": "In-Reply-To: <a@b.test>\nSubject: Out of Office: Hello",
    "an answer out of the office, German": "In-Reply-To: <a@b.test>\nSubject: Abwesenheitsnotiz: Hello",
    "an answer out of the office, Polish": "In-Reply-To: <a@b.test>\nSubject: Poza biurem: Hello",
    "no return path": "Return-Path: <>\nSubject: Auto: Hello",
    "a challenge": "From: Boxbe <notifications@boxbe.com>\nSubject: Hello",
    "a read receipt": "Subject: Read: Hello\nContent-Type: multipart/report;"
    " report-type=disposition-notification;"
    " boundary=b",
    "an answer to an invitation": "Subject: Accepted: Meeting\nContent-Type: text/calendar; method=REPLY",
}

PERSONAL = {
    "declared personal": "Auto-Submitted: no\nSubject: Automatic reply: Hello",
    "a car": "Subject: Auto: Golf GTI zu verkaufen",
    "an answer to an automatic answer": "In-Reply-To: <a@b.test>\nSubject: Re: Automatic reply: Hello",
    "about being away": "Subject: Out of office next week",
    "about vacations": "Subject: Vacation: can I still order?",
    "a help desk's person": "X-Auto-Response-Suppress: All\nIn-Reply-To: <a@b.test>\nSubject: Re: Hello",
    "an invitation": "Subject: Meeting\nContent-Type: text/calendar; method=REQUEST",
    "absent from a list": "Subject: Abwesend bei der Lieferung",
}


@pytest.mark.parametrize("head", AUTOMATIC.values(), ids=AUTOMATIC)
def test_what_no_person_wrote_is_automatic(head: str) -> None:
    sender = "" if "From:" in head else "From: c@example.net\n"
    assert parse(f"{sender}{head}\n\nHello\n".encode()).auto_submitted


@pytest.mark.parametrize("head", PERSONAL.values(), ids=PERSONAL)
def test_what_a_person_wrote_is_not(head: str) -> None:
    assert not parse(f"From: c@example.net\n{head}\n\nCan you call me on Monday?\n".encode()).auto_submitted


@pytest.mark.parametrize(
    "words",
    [
        "I am currently out of the office and will answer upon my return.",
        "Ich bin bis Montag nicht im Büro.",
        "Je suis actuellement absent.",
        "Estaré fuera de la oficina hasta el lunes.",
        "Jestem nieobecny do poniedziałku.",
    ],
)
def test_a_note_of_absence_is_automatic_when_subject_and_words_say_so(words: str) -> None:
    assert parse(f"From: c@example.net\nSubject: Out of office\n\n{words}\n".encode()).auto_submitted
    assert not parse(f"From: c@example.net\nSubject: My order\n\n{words}\n".encode()).auto_submitted


@pytest.mark.parametrize(
    "head", ["List-Id: <x.example.net>", "Precedence: bulk", "List-Unsubscribe: <mailto:a@b.test>"]
)
def test_mail_to_many_is_bulk(head: str) -> None:
    assert parse(f"From: c@example.net\n{head}\n\nHello\n".encode()).bulk
