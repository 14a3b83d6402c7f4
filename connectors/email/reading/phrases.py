"""Long lists of phrases as regular expressions that stay readable."""

from __future__ import annotations

import re


def either(lines: str) -> str:
    """A pattern that matches any of the lines.

    A line may itself hold alternatives between bars; one that ends with a backslash goes on in the next.
    """
    joined = re.sub(r"\\\n\s*", "", lines)
    return "|".join(line.strip() for line in joined.splitlines() if line.strip())


def phrases(lines: str) -> re.Pattern[str]:
    """`either`, compiled, without regard to case."""
    return re.compile(either(lines), re.IGNORECASE)
