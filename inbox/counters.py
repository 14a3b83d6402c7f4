"""The numbers that lists show, changed in the transaction that changes what they count."""

from collections import Counter as Counted
from collections.abc import Sequence
from typing import Any

from django.db import connection

from hub.models import Conversation, Counter, Status
from hub.tenancy import new_id


def keys(conversation: Conversation) -> set[str]:
    """The counters that a conversation in its present state is part of."""
    if conversation.status == Status.SNOOZED:
        return {"snoozed"}
    if not conversation.is_active:
        return set()
    found = {"open", f"mine:{conversation.assignee_id}" if conversation.assignee_id else "unassigned"}
    if conversation.queue_id:
        found.add(f"queue:{conversation.queue_id}")
    if conversation.team_id:
        found.add(f"team:{conversation.team_id}")
    return found


def move(organization_id: Any, before: set[str], after: set[str]) -> dict[str, int]:
    """Count a conversation out of `before` and into `after`; answers the counters that changed."""
    return move_all(organization_id, [(before, after)])[0]


def move_all(organization_id: Any, moves: Sequence[tuple[set[str], set[str]]]) -> list[dict[str, int]]:
    """`move` for several conversations; each is answered with the values after all of the moves.

    One statement, rows in the order of their keys, so that concurrent moves cannot deadlock.
    """
    deltas: Counted[str] = Counted()
    for before, after in moves:
        deltas.update(after - before)
        deltas.subtract(before - after)
    values = add(organization_id, {key: delta for key, delta in deltas.items() if delta})
    return [{key: values[key] for key in before ^ after if key in values} for before, after in moves]


def add(organization_id: Any, deltas: dict[str, int]) -> dict[str, int]:
    """Add to counters, making those that are missing; answers their new values by key."""
    if not deltas:
        return {}
    prepare = Counter._meta.pk.get_db_prep_value
    rows: list[Any] = []
    for key in sorted(deltas):
        rows += [prepare(new_id(), connection), prepare(organization_id, connection), key, deltas[key]]
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO hub_counter (id, organization_id, key, value) VALUES "  # noqa: S608 - only placeholders
            + ", ".join(["(%s, %s, %s, %s)"] * len(deltas))
            + " ON CONFLICT (organization_id, key) DO UPDATE SET value = hub_counter.value + excluded.value"
            " RETURNING key, value",
            rows,
        )
        return dict(cursor.fetchall())
