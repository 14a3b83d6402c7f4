"""How many automatic messages somebody may get, so that machines that answer one another come to rest."""

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from hub.clock import now
from hub.models import Delivery

PER_HOUR = 2
"""Automatic messages to one address within an hour, over all conversations."""

_DAY = timedelta(days=1)
_HOUR = timedelta(hours=1)

Wanted = tuple[UUID, UUID]
"""A conversation, and the identity that would get an automatic message in it."""


def granted(organization_id: Any, wanted: Sequence[Wanted]) -> list[bool]:
    """Which of these may be sent: one for a conversation and recipient a day, `PER_HOUR` to a recipient.

    What is granted counts for those that follow. One query, none for nothing.
    """
    if not wanted:
        return []
    moment = now()
    rows = Delivery.objects.within(organization_id).filter(
        recipient_id__in={identity for _, identity in wanted},
        message__is_automatic=True,
        created_at__gte=moment - _DAY,
    )
    fields = ("message__item__conversation_id", "recipient_id", "created_at")
    sent = list(rows.values_list(*fields))
    today = {(conversation, identity) for conversation, identity, _ in sent}
    lately = Counter(identity for _, identity, at in sent if at >= moment - _HOUR)
    answers = []
    for one in wanted:
        is_granted = one not in today and lately[one[1]] < PER_HOUR
        if is_granted:
            today.add(one)
            lately[one[1]] += 1
        answers.append(is_granted)
    return answers
