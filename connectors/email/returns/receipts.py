"""Read receipts: message disposition notifications (RFC 8098)."""

from __future__ import annotations

from connectors.email.reading.addresses import read_message_ids
from connectors.email.reading.mail import ReadReceipt
from connectors.email.reading.structure import Part, header_groups


def read_receipt(root: Part) -> ReadReceipt | None:
    """What the mail says about having been read, or None when it is no notification of that."""
    for part in root.walk():
        if part.content_type == "message/disposition-notification":
            fields = dict(entry for group in header_groups(part.content()) for entry in reversed(group))
            words = fields.get("disposition", "").split(";")[-1].split("/")[0].split()
            return ReadReceipt(
                disposition=words[-1].lower()[:40] if words else "",
                original_ids=read_message_ids([fields.get("original-message-id", "")]),
            )
        if part.content_type == "message/rfc822":
            return None  # what stands in an attached mail says nothing of this one
    return None
