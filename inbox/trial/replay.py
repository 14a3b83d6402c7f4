"""Where the messages of a period would go: rehearsed a few at a time, under settings as they may be."""

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import TypeVar
from uuid import UUID

from hub.models import Message
from hub.transaction import rehearsal
from inbox.trial.rehearsal import Outcome, Rehearsed, rehearse

AT_ONCE = 20
"""So many messages share a transaction: enough to pay for the settings, few enough to let others write."""

Row = TypeVar("Row")


def replay(
    messages: Iterable[tuple[UUID, Message]], prepare: Callable[[], None]
) -> Iterator[tuple[UUID, Outcome]]:
    """What would have become of each conversation's first message, with the settings that `prepare` makes."""
    for some in _in_parts(messages, AT_ONCE):
        yield from _rehearse_all(some, prepare)


def _rehearse_all(
    messages: list[tuple[UUID, Message]], prepare: Callable[[], None]
) -> list[tuple[UUID, Outcome]]:
    """One after the other, each undone before the next, so that no message sees the one before."""
    with rehearsal():
        prepare()
        return [(conversation_id, rehearse(_as_it_came(message))) for conversation_id, message in messages]


def _as_it_came(message: Message) -> Rehearsed:
    item = message.item
    author = item.author_identity
    return Rehearsed(
        channel=message.channel,
        at=item.recorded_at,
        address=author.value if author else (message.sender or {}).get("address", ""),
        name=author.contact.name if author else "",
        locale=author.contact.locale if author else "",
        subject=message.subject,
        text=message.text,
    )


def _in_parts(rows: Iterable[Row], size: int) -> Iterator[list[Row]]:
    iterator = iter(rows)
    while part := list(islice(iterator, size)):
        yield part
