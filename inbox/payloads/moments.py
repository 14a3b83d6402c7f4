"""Instants and ids as they leave the hub."""

import uuid
from datetime import UTC, datetime
from typing import Any

Shape = dict[str, Any]


def moment(value: datetime | None) -> str | None:
    """An instant in UTC, ISO 8601 with milliseconds and Z."""
    if value is None:
        return None
    return value.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def id_of(value: uuid.UUID | None) -> str | None:
    """An id as text; None stays None."""
    return str(value) if value else None
