"""How long to wait before trying again: full jitter, so that a thousand clients do not come back in step."""

import random

BASE_SECONDS = 0.5
LONGEST_SECONDS = 15.0


def pause(attempt: int, base: float = BASE_SECONDS, longest: float = LONGEST_SECONDS) -> float:
    """Seconds before try number `attempt` (from 0): anywhere between nothing and the doubled bound."""
    return random.uniform(0, min(longest, base * 2 ** min(attempt, 16)))
