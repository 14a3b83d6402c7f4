"""Replay: try once more to understand an envelope that was set aside."""

from typing import Any

from hub.connector import PROCESS_ENVELOPE
from hub.jobs import enqueue
from hub.models import InboundEnvelope
from hub.transaction import unit
from hub.viewer import Viewer
from inbox.change import as_id
from inbox.errors import Conflict, Forbidden, NotFound


def replay_envelope(viewer: Viewer, envelope_id: Any) -> InboundEnvelope:
    """Put a quarantined envelope back to work; what it says arrives once, whatever happened before.

    Raises `Forbidden` without the permission, `Conflict` when it is not in quarantine, `NotFound`.
    """
    if not viewer.may("envelopes.replay"):
        raise Forbidden("Only supervisors and administrators may replay.")
    with unit():
        envelope = (
            InboundEnvelope.objects.within(viewer.organization)
            .select_for_update(of=("self",))
            .select_related("channel")
            .defer("raw")
            .filter(pk=as_id(envelope_id))
            .first()
        )
        if envelope is None:
            raise NotFound("There is no such envelope.")
        if envelope.state != InboundEnvelope.State.QUARANTINED:
            raise Conflict(f"This envelope is {envelope.state}.", slug="not-quarantined")
        envelope.state, envelope.error = InboundEnvelope.State.RECEIVED, ""
        envelope.save(update_fields=["state", "error"])
        enqueue(PROCESS_ENVELOPE, {"envelope_id": str(envelope.pk)}, queue="receive")
        return envelope
