"""How values are compared: letters' case and form do not count, numbers are numbers however written."""

import math
import unicodedata
from typing import Any, Final

_LONGEST: Final = 100_000
"""Of a text, so many characters are looked at."""

_LARGEST: Final = 10**50


def word(value: object) -> str:
    """A value as it is compared; "" for what has no such form."""
    if isinstance(value, str):
        return " ".join(unicodedata.normalize("NFKC", value[:_LONGEST]).casefold().split())
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float) and abs(value) < _LARGEST:
        return str(value)
    return ""


def number(value: object) -> int | float | None:
    """A value as a number; None for what is none."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value
    if isinstance(value, str):
        try:
            value = float(value)
        except ValueError:
            return None
    return value if isinstance(value, float) and math.isfinite(value) else None


def same(a: Any, b: Any) -> bool:
    """Whether two values are the same, as people would say."""
    if _is_number(a) or _is_number(b):
        left, right = number(a), number(b)
        return left is not None and left == right
    return bool(word(a)) and word(a) == word(b)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
