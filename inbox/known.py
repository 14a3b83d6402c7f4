"""What is known of rows just made, so that nobody asks the database for it again."""

from collections.abc import Sequence

from django.db import models


def nothing_yet(row: models.Model, *relations: str) -> None:
    """Remember that a row just made has no related rows, so that nobody asks the database for them."""
    cache = row.__dict__.setdefault("_prefetched_objects_cache", {})
    for relation in relations:
        cache[relation] = getattr(row, relation).none()


def now_has(row: models.Model, relation: str, related: Sequence[models.Model]) -> None:
    """Remember the related rows that were just made for a row."""
    query = getattr(row, relation).none()
    query._result_cache, query._prefetch_done = list(related), True
    row.__dict__.setdefault("_prefetched_objects_cache", {})[relation] = query
