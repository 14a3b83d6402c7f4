"""What is known of rows just made, so that nobody asks the database for it again."""

from collections.abc import Iterable
from typing import Self

from django.db import models


class _Related(list[models.Model]):
    """Related rows in memory, in the place where Django looks for those that it prefetched."""

    def all(self) -> Self:
        return self


def nothing_yet(row: models.Model, *relations: str) -> None:
    """Remember that a row just made has no related rows, so that nobody asks the database for them."""
    for relation in relations:
        now_has(row, relation, ())


def now_has(row: models.Model, relation: str, related: Iterable[models.Model]) -> None:
    """Remember the related rows that were just made for a row."""
    row.__dict__.setdefault("_prefetched_objects_cache", {})[relation] = _Related(related)
