"""Keeps what comes in, with the job to understand it, before anything is acknowledged to the outside."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import DatabaseError, IntegrityError, transaction

from hub import jobs
from hub.clock import now
from hub.inserting import insert_alike
from hub.models.channels import Channel, InboundEnvelope
from hub.tenancy import new_id
from hub.transaction import unit

PROCESS_ENVELOPE = "inbox.process_envelope"
"""The job that understands an envelope."""

KEY_LENGTH = 255
"""Characters of a dedupe key that count."""


class StorageUnavailable(Exception):
    """The database cannot take anything now: refuse with the protocol's "try again later"."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """An envelope that is safe; `duplicate` when it was safe already."""

    envelope_id: str
    duplicate: bool


@dataclass(frozen=True, slots=True)
class Polled:
    """One raw thing that a poll brought, with what makes it unique within its channel."""

    raw: bytes
    dedupe_key: str
    headers: Mapping[str, Any]
    lane: str = ""


def accept(
    channel: Channel,
    raw: bytes,
    *,
    dedupe_key: str,
    headers: Mapping[str, Any] | None = None,
    lane: str = "",
) -> Accepted:
    """Keep what came in, and the job to understand it, in one transaction.

    The outside may be told "taken" once this returns. The same key again is a no-op and
    answers with the first envelope. Envelopes of one `lane` (a sender, a chat) are
    understood in the order of their acceptance. Raises `StorageUnavailable` when the
    database cannot take it, `ValueError` for an empty key.
    """
    return accept_all([(channel, Polled(raw, dedupe_key, headers or {}, lane))])[0]


def accept_all(batch: Sequence[tuple[Channel, Polled]]) -> list[Accepted]:
    """`accept` for several at once: all of them are kept, or none."""
    if not all(polled.dedupe_key for _, polled in batch):
        raise ValueError("an envelope needs a dedupe_key")
    try:
        with unit():
            try:
                with transaction.atomic():
                    return _keep(batch, {})  # Nearly everything is new: look only when it is not.
            except IntegrityError:
                return _keep(batch, _known(batch))
    except IntegrityError:
        with unit():
            return _keep(batch, _known(batch))  # Another process took a key between look and insert.
    except DatabaseError as error:
        raise StorageUnavailable(str(error)) from error


def _keep(batch: Sequence[tuple[Channel, Polled]], known: dict[tuple[UUID, str], UUID]) -> list[Accepted]:
    """Insert what is not `known`, with its jobs; raises `IntegrityError` when something is there already."""
    at = now()
    accepted, fresh, work = [], [], []
    for channel, polled in batch:
        place = (channel.pk, polled.dedupe_key[:KEY_LENGTH])
        is_new = place not in known
        if is_new:
            key = known[place] = new_id()
            lane = f"{channel.pk}:{polled.lane}"[:80] if polled.lane else None
            headers = dict(polled.headers)
            fresh.append((key, channel.organization_id, channel.pk, place[1], polled.raw, headers))
            work.append(({"envelope_id": str(key)}, lane))
        accepted.append(Accepted(str(known[place]), duplicate=not is_new))
    if fresh:
        insert_alike(InboundEnvelope, {"received_at": at}, _COLUMNS, fresh)
        jobs.enqueue_all(PROCESS_ENVELOPE, work, queue="receive")
    return accepted


_COLUMNS = ("id", "organization_id", "channel_id", "dedupe_key", "raw", "headers")


def _known(batch: Sequence[tuple[Channel, Polled]]) -> dict[tuple[UUID, str], UUID]:
    """The envelopes that are kept already, by channel and key."""
    rows = InboundEnvelope.objects.unscoped("what comes in names its channels").filter(
        channel_id__in={channel.pk for channel, _ in batch},
        dedupe_key__in={polled.dedupe_key[:KEY_LENGTH] for _, polled in batch},
    )
    return {(channel, key): pk for pk, channel, key in rows.values_list("pk", "channel_id", "dedupe_key")}
