"""Queries that every write makes: put into SQL by Django once a thread, not each time."""

from collections.abc import Callable, Collection, Iterator, Sequence
from typing import Any, Generic, NamedTuple, TypeVar
from uuid import UUID, uuid4

from django.db import connection
from django.db.models import QuerySet

from hub.tenancy import TenantQuerySet

Row = TypeVar("Row")

LONGEST_LIST = 25
"""A list with more entries than this is worth building the query for."""

Value = UUID | str | Collection[UUID] | Collection[str]
_ATTRIBUTE = "hub_prepared_queries"


class _Shape(NamedTuple):
    """What one value looks like: its type, and how many of it there are, None for one that is no list."""

    type: type
    length: int | None

    def stand_in(self) -> Any:
        """A value of this shape that occurs nowhere else."""
        if self.length is not None:
            return [_Shape(self.type, None).stand_in() for _ in range(self.length)]
        return uuid4().hex if self.type is str else uuid4()


def _shape(value: Value) -> _Shape:
    if isinstance(value, UUID | str):
        return _Shape(str if isinstance(value, str) else UUID, None)
    return _Shape(str if isinstance(next(iter(value), None), str) else UUID, len(value))


class Prepared(Generic[Row]):
    """A query that differs from call to call in nothing but values: to build it costs ten times its run.

    `build` makes the queryset from as many arguments as a call has values: ids, texts, or several of either
    for an `__in`. It runs about once a thread, with stand-ins, so it must do nothing with an argument but
    put it into the query, for a column of its type.
    """

    def __init__(self, build: Callable[..., QuerySet[Any]]) -> None:
        self._build = build

    def __call__(self, *values: Value) -> list[Row]:
        """The rows, read now. Raises what the queryset raises."""
        shapes = tuple(_shape(value) for value in values)
        if any(shape.length == 0 or (shape.length or 0) > LONGEST_LIST for shape in shapes):
            return list(self._build(*values))
        known: dict[Any, _Statement] | None = getattr(connection, _ATTRIBUTE, None)
        if known is None:
            known = {}
            setattr(connection, _ATTRIBUTE, known)
        statement = known.get((self, shapes))
        if statement is None:
            statement = known[self, shapes] = _Statement(self._build, shapes)
        return statement.rows(values)


class _Statement:
    """One query as SQL for one connection, with the places where its values go."""

    def __init__(self, build: Callable[..., QuerySet[Any]], shapes: Sequence[_Shape]) -> None:
        stand_ins = [shape.stand_in() for shape in shapes]
        self._queryset: Any = build(*stand_ins)
        if isinstance(self._queryset, TenantQuerySet):
            self._queryset.refuse_unscoped()
        query = self._queryset.query
        self._compiler = query.get_compiler(connection=connection)
        self._sql, self._parameters = self._compiler.as_sql()
        numbers = {value: number for number, value in enumerate(_stored(stand_ins))}
        self._places = [
            (place, numbers[value])
            for place, value in enumerate(self._parameters)
            if isinstance(value, str | UUID) and value in numbers
        ]
        query.get_compiler = lambda *_, **__: self._compiler  # type: ignore[method-assign]

    def rows(self, values: Sequence[Value]) -> list[Any]:
        """Run it with these values in the places of the stand-ins."""
        stored = list(_stored(values))
        parameters = list(self._parameters)
        for place, number in self._places:
            parameters[place] = stored[number]
        self._compiler.as_sql = lambda *_, **__: (self._sql, parameters)
        return list(self._queryset._iterable_class(self._queryset))


def _stored(values: Sequence[Value]) -> Iterator[Any]:
    """The values one by one, as the database takes them."""
    is_native = connection.features.has_native_uuid_field
    for value in values:
        for one in [value] if isinstance(value, UUID | str) else value:
            yield one.hex if isinstance(one, UUID) and not is_native else one
