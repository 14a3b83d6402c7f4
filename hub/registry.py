"""Finds what the folders hold: connectors by folder or entry point, rooms' modules by name.

Nothing is registered by hand. A folder in `connectors/` with an `__init__.py` and a
`connector.py` is a channel; other packages announce themselves through the entry point group
`omnihub.connectors`. The hub imports no upper room: it asks here for "the `urls` of whoever
has some".
"""

from collections.abc import Iterator
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType

from django.conf import settings

from hub.connector import Connector


class UnknownKind(LookupError):
    """No connector of this kind is installed."""


def modules(name: str) -> Iterator[tuple[str, ModuleType]]:
    """(package, module) for each upper room and connector that has a module of this name."""
    for package in (*settings.ROOMS, *settings.CONNECTORS):
        if find_spec(f"{package}.{name}"):
            yield package, import_module(f"{package}.{name}")


def connector_modules(name: str) -> Iterator[tuple[str, ModuleType]]:
    """`modules`, of connectors alone."""
    return ((package, module) for package, module in modules(name) if package in settings.CONNECTORS)


@cache
def connectors() -> dict[str, Connector]:
    """Every installed connector by its kind."""
    found: dict[str, Connector] = {}
    for package in settings.CONNECTORS:
        if find_spec(f"{package}.connector"):
            connector = _connector_in(import_module(f"{package}.connector"))
            if connector.kind in found:
                raise RuntimeError(f"two connectors claim the kind {connector.kind!r}")
            found[connector.kind] = connector
    return found


def connector(kind: str) -> Connector:
    """The connector of this kind; raises `UnknownKind`."""
    try:
        return connectors()[kind]
    except KeyError:
        raise UnknownKind(f"no connector of kind {kind!r} is installed") from None


def _connector_in(module: ModuleType) -> Connector:
    """An instance of the one `Connector` subclass that a module defines itself."""
    own = [
        value
        for value in vars(module).values()
        if isinstance(value, type) and issubclass(value, Connector) and value.__module__ == module.__name__
    ]
    if len(own) != 1:
        raise RuntimeError(f"{module.__name__} must define exactly one Connector, it has {len(own)}")
    return own[0]()
