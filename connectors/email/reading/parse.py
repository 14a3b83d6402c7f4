"""Reads a mail: a total, pure function from any bytes to a `Mail`."""

from __future__ import annotations

from connectors.email.folding.folds import fold
from connectors.email.folding.forwarded import read_forwarded
from connectors.email.reading.addresses import read_addresses, read_message_id, read_message_ids
from connectors.email.reading.body import read_body
from connectors.email.reading.dates import read_date
from connectors.email.reading.headers import decode_words
from connectors.email.reading.mail import Mail
from connectors.email.reading.structure import Budget, Heavy, read_structure
from connectors.email.returns.automatic import is_automatic, is_bulk
from connectors.email.returns.bounce import read_bounce
from connectors.email.returns.receipts import read_receipt

ORDINARY_SIZE = 256 * 1024
"""Bytes below which a mail may be ordinary."""


def parse(raw: bytes) -> Mail:
    """Read a raw RFC 5322 mail (CRLF or LF).

    Never raises: what cannot be read is left empty and named in `problems`. The work is linear in the size
    and bounded by the budgets of `structure` and `headers`.
    """
    return _parse(raw, Budget())


def parse_ordinary(raw: bytes) -> Mail | None:
    """The same for a mail that surely takes no more than a moment; None for one that may take longer.

    Such are more than 256 KB, 50 parts, 10 levels, 64 KB of headers in one part or 100,000 characters of
    HTML, and mails with a calendar (which a library reads) or a winmail.dat.
    """
    if len(raw) > ORDINARY_SIZE:
        return None
    try:
        return _parse(raw, Budget(is_light=True))
    except Heavy:
        return None


def _parse(raw: bytes, budget: Budget) -> Mail:
    root = read_structure(raw, budget)
    if not root.headers:
        budget.note("no headers")
    body = read_body(root, budget)
    readable, html = body.readable, body.html
    bounce = read_bounce(root, readable or html)
    subject = " ".join(decode_words(root.value("subject")).split())
    folded = fold(readable, body.readable_html, subject)
    return Mail(
        subject=subject,
        from_=read_addresses(root.values("from")),
        to=read_addresses(root.values("to")),
        cc=read_addresses(root.values("cc")),
        reply_to=read_addresses(root.values("reply-to")),
        message_id=read_message_id(root.value("message-id")),
        in_reply_to=read_message_ids(root.values("in-reply-to")),
        references=read_message_ids(root.values("references")),
        date=read_date(root.value("date")),
        text=body.text,
        html=html,
        reply_text=folded.reply_text,
        attachments=tuple(body.attachments),
        auto_submitted=is_automatic(root, folded.reply_text),
        bulk=is_bulk(root),
        bounce=bounce,
        headers=tuple((name, decode_words(text)) for name, text in root.texts),
        problems=tuple(budget.problems),
        shown_text=folded.text,
        folds=folded.folds,
        folded_html=folded.html,
        receipt=read_receipt(root),
        forwarded=None if bounce is not None else read_forwarded(root, folded.text, subject),
        invitation=body.invitation,
    )
