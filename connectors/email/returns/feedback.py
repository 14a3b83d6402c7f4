"""Feedback reports (RFC 5965): a recipient called a mail unwanted."""

from __future__ import annotations

import re
from collections.abc import Sequence

from connectors.email.reading.mail import Bounce
from connectors.email.reading.structure import Part, header_groups
from connectors.email.returns.returned import addresses_in, original_ids, unique

_COMPLAINT = re.compile(r"^complaint about message from ", re.IGNORECASE)  # Microsoft's, outside of RFC 5965
_NO_COMPLAINTS = frozenset(("auth-failure", "not-spam", "dkim"))  # RFC 6591, and the recipient's good word


def read_feedback(part: Part, parts: Sequence[Part]) -> Bounce:
    """The feedback report whose machine-readable part is `part`."""
    fields = dict(entry for group in header_groups(part.content()) for entry in group)
    who = fields.get("original-rcpt-to", "") or fields.get("removal-recipient", "")
    kind = fields.get("feedback-type", "").strip().lower()[:500]
    return Bounce(
        status="",
        action="",
        recipients=unique(addresses_in(who)),
        hard=False,
        original_ids=original_ids(parts),
        detail=kind,
        is_complaint=kind not in _NO_COMPLAINTS,
    )


def read_bare_complaint(subject: str, parts: Sequence[Part]) -> Bounce | None:
    """A complaint that is only the complained-about mail under a telling subject."""
    if not _COMPLAINT.match(subject) or not any(part.content_type == "message/rfc822" for part in parts):
        return None
    return Bounce("", "", (), False, original_ids(parts), "abuse", is_complaint=True)
