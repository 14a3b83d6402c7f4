"""Finds the commands that rooms and connectors bring along, without setting Django up."""

from collections.abc import Iterator
from importlib import import_module
from importlib.metadata import entry_points
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).resolve().parent.parent.parent


def modules(wanted: str) -> Iterator[ModuleType]:
    """Each `<package>.commands`: `add_commands(subparsers)` adds parsers whose default `run` does the work.

    Such a module imports nothing of Django when it is loaded, so that a command may start fast.
    Other packages' connectors are looked up only when `wanted` names none of our own channels, because
    reading the metadata of all installed packages takes a while.
    """
    own = [path for path in ROOT.glob("*/commands.py") if path.parent.name != "hub"]
    channels = sorted(ROOT.glob("connectors/*/commands.py"))
    for path in [*sorted(own), *channels]:
        yield import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))
    if wanted not in {path.parent.name for path in channels}:
        yield from _of_other_packages()


def _of_other_packages() -> Iterator[ModuleType]:
    for entry in entry_points(group="omnihub.connectors"):
        if find_spec(f"{entry.value}.commands"):
            yield import_module(f"{entry.value}.commands")
