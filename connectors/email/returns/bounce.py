"""Delivery reports: RFC 3464, feedback reports (RFC 5965), and mails that only say so in words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from connectors.email.reading.headers import decode_words
from connectors.email.reading.mail import Bounce
from connectors.email.reading.structure import Part, header_groups
from connectors.email.returns.bounce_text import WORDS_LIMIT, read_text, said_of_first
from connectors.email.returns.bounce_words import first_status, judge
from connectors.email.returns.feedback import read_bare_complaint, read_feedback
from connectors.email.returns.provider_notices import read_notice
from connectors.email.returns.returned import addresses_in, original_ids, unique

_STATUS_REPORTS = ("message/delivery-status", "message/global-delivery-status")


def read_bounce(root: Part, text: str) -> Bounce | None:
    """What the mail reports about the delivery of another mail, or None when it is no report.

    A report inside an attached mail is not this mail's: somebody shows it to somebody.
    """
    parts = list(_own_parts(root))
    for part in parts:
        if part.content_type in _STATUS_REPORTS:
            whole = list(root.walk())
            return _from_status(part, whole, text) or read_text(root, whole, text)
        if part.content_type == "message/feedback-report":
            return read_feedback(part, list(root.walk()))
    complaint = read_bare_complaint(decode_words(root.value("subject")), parts)
    return complaint or read_notice(root.value("from"), text) or read_text(root, list(root.walk()), text)


def _own_parts(root: Part) -> Iterator[Part]:
    """The parts of the mail, without those of the mails attached to it."""
    stack = [root]
    while stack:
        part = stack.pop()
        yield part
        if not part.content_type.startswith("message/"):
            stack.extend(reversed(part.children))


def _from_status(part: Part, parts: Sequence[Part], text: str) -> Bounce | None:
    groups = [dict(reversed(group)) for group in header_groups(part.content())]
    per_recipient = [
        g for g in groups if {"final-recipient", "original-recipient", "action", "status"} & g.keys()
    ]
    if not per_recipient:
        return None
    recipients = unique(
        address
        for g in per_recipient
        for address in addresses_in(g.get("final-recipient") or g.get("original-recipient", ""))
    )
    worst = _worst(per_recipient)
    action = worst.get("action", "").split(";")[0].split()[:1]
    status = first_status(worst.get("status", ""))
    diagnostic = _diagnostic(worst)
    told = text[:WORDS_LIMIT]
    verdict = judge(diagnostic or said_of_first(told) or told, status, context=" ".join(told.split()))
    return Bounce(
        status=verdict.status,
        action=action[0].lower() if action else "",
        recipients=recipients,
        hard=verdict.is_hard and (not action or action[0].lower() == "failed"),
        original_ids=original_ids(parts),
        detail=diagnostic[:500],
    )


def _diagnostic(group: dict[str, str]) -> str:
    """What the server said; Domino writes Japanese in ISO-2022-JP here, where only ASCII may stand."""
    said = group.get("diagnostic-code", "")
    if "\x1b$" in said:
        said = said.encode("ascii", "replace").decode("iso2022_jp", "replace")
    return said


def _worst(groups: list[dict[str, str]]) -> dict[str, str]:
    """The group of the recipient for whom it failed, else the first."""
    failed = [group for group in groups if group.get("action", "").lower().startswith("failed")]
    return next(iter(failed or groups), {})
