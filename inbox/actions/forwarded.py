"""Mail that a colleague forwards to us: who wrote it, and what the colleague says about it."""

from collections.abc import Iterable
from typing import Any

from hub.messages import InboundMessage, Party
from hub.models import Membership, User
from inbox.actions.arrival import Arrival

PROVEN = "pass"


class Forwarders:
    """The colleagues whose forwarded mail counts as its author's.

    A From address proves nothing: it counts where the mail's domain stands for it (aligned DMARC).
    Whatever else claims to be forwarded is its sender's own message.
    """

    def __init__(self, organization_id: Any, arrivals: Iterable[Arrival]) -> None:
        wanted = {arrival.inbound.sender.value for arrival in arrivals if _may_count(arrival.inbound)}
        self._colleagues: dict[str, User] = {}
        if wanted:
            rows = Membership.objects.within(organization_id).filter(
                user__email__in=wanted, is_active=True, user__is_active=True
            )
            self._colleagues = {row.user.email.lower(): row.user for row in rows.select_related("user")}

    def of(self, inbound: InboundMessage) -> User | None:
        """The colleague who forwarded this, or None when it is its sender's own."""
        return self._colleagues.get(inbound.sender.value) if _may_count(inbound) else None

    def author(self, inbound: InboundMessage) -> Party:
        """Who wrote it."""
        if inbound.forwarded_from is not None and self.of(inbound) is not None:
            return inbound.forwarded_from
        return inbound.sender


def _may_count(inbound: InboundMessage) -> bool:
    proof = inbound.authentication
    return inbound.forwarded_from is not None and proof is not None and proof.dmarc == PROVEN


def comment(inbound: InboundMessage) -> tuple[str, str]:
    """What the colleague wrote above the forwarded mail, and the rest.

    No comment where the two cannot be told apart.
    """
    start = next((fold.start for fold in inbound.folds if fold.kind == "quote"), None)
    if start is None or not inbound.text[start:].strip():
        return "", inbound.text
    return inbound.text[:start].strip(), inbound.text[start:].strip()
