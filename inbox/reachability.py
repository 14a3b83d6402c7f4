"""Whether an address can be reached: marked when it is dead or unwilling, cleared by a sign of life."""

from hub.clock import now
from hub.models import Identity

COMPLAINED = "The recipient reported our message as unwanted."

_REASON_LENGTH = 200


def give_up(identity: Identity, reason: str) -> bool:
    """Mark an address as one that nothing reaches; answers whether that is news."""
    if identity.unreachable_since is not None:
        return False
    identity.unreachable_since, identity.unreachable_reason = now(), reason[:_REASON_LENGTH]
    identity.save(update_fields=["unreachable_since", "unreachable_reason"])
    return True


def revive(identity: Identity) -> None:
    """Somebody wrote from this address, so it lives; no statement where nobody doubted it."""
    if identity.unreachable_since is None:
        return
    identity.unreachable_since, identity.unreachable_reason = None, ""
    identity.save(update_fields=["unreachable_since", "unreachable_reason"])
