"""Who wrote what somebody forwards."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from connectors.email.reading.mail import Address
from connectors.email.reading.parse import parse

ANN = Address("Ann Example", "ann@example.test")

FORWARDS = {
    "Gmail": "---------- Forwarded message ---------\nFrom: Ann Example <ann@example.test>\n"
    "Date: Mon, Jan 5, 2026 at 9:00 AM\nSubject: Broken chair\nTo: <bob@acme.test>\n\n\nIt broke.",
    "Gmail, German": "---------- Forwarded message ---------\nVon: Ann Example <ann@example.test>\n"
    "Date: Mo., 5. Jan. 2026 um 09:00 Uhr\nSubject: Broken chair\nTo: <bob@acme.test>\n\nIt broke.",
    "Apple": "Begin forwarded message:\n\n> From: Ann Example <ann@example.test>\n> Subject: Broken chair\n"
    "> Date: 5. January 2026 at 09:00:00 GMT\n> To: bob@acme.test\n>\n> It broke.",
    "Apple, German": "Anfang der weitergeleiteten Nachricht:\n\n> Von: Ann Example <ann@example.test>\n"
    "> Betreff: Broken chair\n> Datum: 5. Januar 2026 um 09:00:00 MEZ\n> An: bob@acme.test\n>\n> It broke.",
    "Apple, French": "Début du message transféré :\n\nDe: Ann Example <ann@example.test>\nObjet: Broken"
    " chair\n"
    "Date: 5 janvier 2026 à 09:00:00 UTC+1\nÀ: bob@acme.test\n\nIt broke.",
    "Thunderbird": "-------- Forwarded Message --------\nSubject: \tBroken chair\nDate: \tMon, 5 Jan 2026"
    " 09:00:00 +0000\n"
    "From: \tAnn Example <ann@example.test>\nTo: \tbob@acme.test\n\nIt broke.",
    "Thunderbird, Spanish": "-------- Mensaje reenviado --------\nAsunto: \tBroken chair\n"
    "Fecha: \tMon, 5 Jan 2026 09:00:00 +0000\nDe: \tAnn Example <ann@example.test>\nPara: \tbob@acme.test\n"
    "\nIt broke.",
    "Outlook": "From: Ann Example <ann@example.test>\nSent: Monday, January 5, 2026 9:00 AM\nTo: Bob\n"
    "Subject: Broken chair\n\nIt broke.",
    "Outlook, old": "-----Original Message-----\nFrom: Ann Example [mailto:ann@example.test]\nSent:"
    " Monday\nTo: Bob\n"
    "Subject: Broken chair\n\nIt broke.",
    "Outlook, Dutch": "Van: Ann Example <ann@example.test>\nVerzonden: maandag 5 januari 2026 09:00\nAan:"
    " Bob\n"
    "Onderwerp: Broken chair\n\nIt broke.",
    "Outlook, Japanese": "差出人: Ann Example <ann@example.test>\n送信日時: 2026年1月5日 9:00\n宛先: Bob\n"
    "件名: Broken chair\n\nIt broke.",
    "Yahoo": "----- Forwarded Message -----\nFrom: Ann Example <ann@example.test>\nTo: bob@acme.test\n"
    "Sent: Monday, January 5, 2026 at 09:00:00 AM GMT\nSubject: Broken chair\n\nIt broke.",
    "Proton": "------- Forwarded Message -------\nFrom: Ann Example <ann@example.test>\nDate: On Monday,"
    " January 5th, 2026\n"
    "Subject: Broken chair\nTo: bob@acme.test\n\n> It broke.",
    "Zoho": "============ Forwarded message ============\nFrom: Ann Example <ann@example.test>\nTo:"
    " <bob@acme.test>\n"
    "Date: Mon, 05 Jan 2026 09:00:00 +0000\nSubject: Broken chair\n============ Forwarded message"
    " ============\n\nIt broke.",
    "QQ": '------------------ 转发邮件 ------------------\n发件人: "Ann Example" <ann@example.test>;\n'
    "发送时间: 2026年1月5日\n收件人: bob\n主题: Broken chair\n\nIt broke.",
}


def mail(subject: str, text: str) -> bytes:
    return f"From: bob@acme.test\nSubject: {subject}\n\n{text}".encode()


@pytest.mark.parametrize("subject", ["Fwd: Broken chair", "WG: Broken chair", "TR: Broken chair"])
@pytest.mark.parametrize("text", FORWARDS.values(), ids=FORWARDS)
def test_the_author_and_subject_are_read(text: str, subject: str) -> None:
    read = parse(mail(subject, f"Please handle this.\n\n-- \nBob\n\n{text}"))
    assert read.forwarded is not None
    assert (read.forwarded.author, read.forwarded.subject) == (ANN, "Broken chair")
    assert "It broke." in read.reply_text


def test_the_date_is_read_where_it_can_be() -> None:
    read = parse(mail("Fwd: x", FORWARDS["Thunderbird"])).forwarded
    assert read is not None
    assert read.date == datetime(2026, 1, 5, 9, tzinfo=UTC)


def test_the_html_of_a_forward_is_read() -> None:
    html = (
        b'<p>See below</p><div class="gmail_quote"><div class="gmail_attr">---------- Forwarded message'
        b" ---------<br>"
        b'From: <b>Ann Example</b> <span dir="auto">&lt;<a'
        b' href="mailto:ann@example.test">ann@example.test</a>&gt;'
        b"</span><br>Date: today<br>Subject: Broken chair<br></div>It broke.</div>"
    )
    read = parse(b"From: bob@acme.test\nSubject: Fwd: x\nContent-Type: text/html\n\n" + html).forwarded
    assert read is not None
    assert (read.author, read.subject) == (ANN, "Broken chair")


@pytest.mark.parametrize("text", ["", "Please see the attached mail."])
def test_an_attached_mail_is_a_forwarded_one(text: str) -> None:
    raw = (
        f"From: bob@acme.test\nSubject: Fwd: x\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\n"
        f"{text}\n--b\n"
        "Content-Type: message/rfc822\n\nFrom: Ann Example <ann@example.test>\nSubject: Broken chair\n\nIt"
        " broke.\n--b--\n"
    )
    read = parse(raw.encode()).forwarded
    assert read is not None
    assert (read.author, read.subject) == (ANN, "Broken chair")


@pytest.mark.parametrize(
    "subject, text",
    [
        ("Re: Broken chair", "Thank you!\n\n" + FORWARDS["Outlook"]),
        ("Re: Broken chair", "Thank you!\n\n" + FORWARDS["Gmail"]),
        ("Broken chair", "It broke.\n\nOn Mon, Jan 5, 2026 at 9:00 AM Ann <ann@example.test> wrote:\n> old"),
        ("Fwd: Broken chair", "Have a look at https://example.test"),
        ("Broken chair", "word " * 200 + "\n\n" + FORWARDS["Gmail"]),
    ],
)
def test_what_is_no_forward_has_no_other_author(subject: str, text: str) -> None:
    assert parse(mail(subject, text)).forwarded is None
