"""What deeds need to know, and whether it is written as it should be."""

from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple

_LONGEST: Final = {"text": 20_000, "line": 200}
_LABELS: Final = 20
_PEOPLE: Final = 50


class Argument(NamedTuple):
    """One thing that a deed needs to know.

    `type` is "text", "line", "number", "labels", "switch", "custom", or "one" or "many" of `choices`; `least`
    and `most` bound numbers. What is not needed may be null; some may be missing altogether.
    """

    name: str
    type: str
    choices: str = ""
    is_needed: bool = True
    may_be_missing: bool = False
    least: int = 0
    most: int = 0

    def fault(self, deed: Mapping[str, Any]) -> str:
        """What is wrong with how a deed writes it, in words; "" for nothing."""
        if self.name not in deed:
            return "" if self.may_be_missing else "something is missing."
        value = deed[self.name]
        return "" if value is None and not self.is_needed else _CHECKS[self.type](value, self)


def _text(value: object, argument: Argument) -> str:
    limit = _LONGEST[argument.type]
    if not isinstance(value, str) or "\x00" in value or (argument.is_needed and not value.strip()):
        return "write something."
    return f"at most {limit} characters." if len(value) > limit else ""


def _number(value: object, argument: Argument) -> str:
    is_number = isinstance(value, int) and not isinstance(value, bool)
    if not is_number or not argument.least <= value <= argument.most:  # type: ignore[operator]
        return f"a whole number from {argument.least} to {argument.most}."
    return ""


def _names(value: object, argument: Argument) -> str:
    is_fine = isinstance(value, list) and 0 < len(value) <= _LABELS
    if not is_fine or not all(isinstance(name, str) and name.strip() and len(name) <= 60 for name in value):  # type: ignore[attr-defined]
        return f"name 1 to {_LABELS} labels, each of 1 to 60 characters."
    return ""


def _one(value: object, argument: Argument) -> str:
    return "" if isinstance(value, str) else "choose one."


def _many(value: object, argument: Argument) -> str:
    is_fine = isinstance(value, list) and len(value) <= _PEOPLE and all(isinstance(one, str) for one in value)
    return "" if is_fine else f"choose at most {_PEOPLE}."


def _switch(value: object, argument: Argument) -> str:
    return "" if isinstance(value, bool) else "yes or no."


def _custom(value: object, argument: Argument) -> str:
    if value is None or isinstance(value, bool | int | float):
        return ""
    return "" if isinstance(value, str) and len(value) <= 2_000 else "a text, a number, yes or no."


_CHECKS: Final[Mapping[str, Callable[[object, Argument], str]]] = {
    "text": _text,
    "line": _text,
    "number": _number,
    "labels": _names,
    "one": _one,
    "many": _many,
    "switch": _switch,
    "custom": _custom,
}
