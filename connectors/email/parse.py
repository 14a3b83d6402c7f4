"""Reads a mail: a total, pure function from any bytes to a `Mail`."""

from __future__ import annotations

from connectors.email.addresses import read_addresses, read_message_id, read_message_ids
from connectors.email.automatic import is_automatic, is_bulk
from connectors.email.body import read_body
from connectors.email.bounce import read_bounce
from connectors.email.dates import read_date
from connectors.email.headers import decode_words, header_text
from connectors.email.mail import Mail
from connectors.email.reply_text import visible_reply
from connectors.email.structure import Budget, Part, read_structure


def parse(raw: bytes) -> Mail:
    """Read a raw RFC 5322 mail (CRLF or LF).

    Never raises: what cannot be read is left empty and named in `problems`. The work is linear in the size
    and bounded by the budgets of `structure` and `headers`.
    """
    root, problems = read_structure(raw)
    budget = Budget(problems=problems)
    if not root.headers:
        budget.note("no headers")
    body = read_body(root, budget)
    bounce = read_bounce(root, body.text or body.html)
    return Mail(
        subject=" ".join(decode_words(root.value("subject")).split()),
        from_=read_addresses(root.values("from")),
        to=read_addresses(root.values("to")),
        cc=read_addresses(root.values("cc")),
        reply_to=read_addresses(root.values("reply-to")),
        message_id=read_message_id(root.value("message-id")),
        in_reply_to=read_message_ids(root.values("in-reply-to")),
        references=read_message_ids(root.values("references")),
        date=read_date(root.value("date")),
        text=body.text,
        html=body.html,
        reply_text=visible_reply(body),
        attachments=tuple(body.attachments),
        auto_submitted=is_automatic(root),
        bulk=is_bulk(root),
        bounce=bounce,
        headers=tuple((name, decode_words(text)) for name, text in _header_texts(root)),
        problems=tuple(budget.problems),
    )


def _header_texts(root: Part) -> list[tuple[str, str]]:
    return [(name, header_text(value, root.charset)) for name, value in root.headers]
