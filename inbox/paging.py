"""Pages of a list by key: where the last page ended, not how many rows came before it."""

import base64
import binascii
import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeVar

from django.db.models import Model, Q, QuerySet

from inbox.errors import NotFound

Row = TypeVar("Row", bound=Model)

LIMIT = 50
"""Rows of a page when the caller does not say."""

MOST = 200
"""Rows of a page at most."""


@dataclass(frozen=True, slots=True)
class Order:
    """An order of rows: a column of instants or texts, then the id, both in one direction."""

    name: str
    column: str
    is_descending: bool = False

    def apply(self, rows: QuerySet[Row]) -> QuerySet[Row]:
        """Rows in this order."""
        sign = "-" if self.is_descending else ""
        return rows.order_by(f"{sign}{self.column}", f"{sign}id")

    def after(self, rows: QuerySet[Row], cursor: str) -> QuerySet[Row]:
        """The rows behind the one that a cursor names. Raises `NotFound` for a cursor not of ours."""
        value, row_id = _read(cursor, self.name)
        compare = "lt" if self.is_descending else "gt"
        # The first condition is a range that an index can begin at; the second settles ties.
        return rows.filter(**{f"{self.column}__{compare}e": value}).filter(
            Q(**{f"{self.column}__{compare}": value}) | Q(**{f"id__{compare}": row_id})
        )

    def key(self, row: Model) -> tuple[Any, uuid.UUID]:
        """What rows are ordered by."""
        return getattr(row, self.column), row.pk

    def cursor(self, row: Model) -> str:
        """The opaque name of this row's place."""
        value, row_id = self.key(row)
        plain = value.astimezone(UTC).isoformat() if isinstance(value, datetime) else value
        place = json.dumps([self.name, plain, row_id.hex]).encode()
        return base64.urlsafe_b64encode(place).decode().rstrip("=")


def page(
    arms: Sequence[QuerySet[Row]], order: Order, limit: int, cursor: str = ""
) -> tuple[list[Row], str | None]:
    """The next rows of several lists merged in one order, and the cursor of the page after them.

    Each arm is a range of one index, so the cost does not grow with the table. The cursor is
    None when nothing follows.
    """
    found: list[Row] = []
    for arm in arms:
        rows = order.after(arm, cursor) if cursor else arm
        found += order.apply(rows)[: limit + 1]
    if len(arms) > 1:
        found.sort(key=order.key, reverse=order.is_descending)
    shown = found[:limit]
    return shown, order.cursor(shown[-1]) if len(found) > limit else None


def _read(cursor: str, name: str) -> tuple[Any, uuid.UUID]:
    try:
        data = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        order, value, row_id = json.loads(data)
        if order != name or not isinstance(value, str) or "\0" in value:
            raise ValueError(order)
        value.encode()
        return (value if order in _TEXTUAL else _instant(value)), uuid.UUID(hex=row_id)
    except (ValueError, TypeError, AttributeError, binascii.Error, RecursionError, OverflowError):
        raise NotFound(
            "There is no such page: the cursor is not of this list.", slug="unknown-cursor"
        ) from None


def _instant(value: str) -> datetime:
    moment = datetime.fromisoformat(value)
    if moment.tzinfo is None:
        raise ValueError(value)
    return moment.astimezone(UTC)


_TEXTUAL = frozenset({"name"})
