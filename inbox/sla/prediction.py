"""How likely a promise will be broken, from the line before it and how long the work takes; with the reason.

Who waits in a queue is taken up when those before have been: at the rate at which the queue is being served
now, the time until then is a sum of exponential times (Erlang), and an answer takes as long as answers take
there. Who has been taken up already waits for the answer alone. Where too little is known nothing is said.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from math import exp
from typing import Final, NamedTuple

HORIZON: Final = timedelta(hours=1)
"""Clocks that are due later are not looked at."""

LIKELY: Final = 0.5
"""From this probability on, people are warned."""

RATE_WINDOW: Final = timedelta(minutes=30)
HANDLE_WINDOW: Final = timedelta(days=7)
FEWEST: Final = 5
"""Of fewer pieces of work nothing is concluded."""


class Pace(NamedTuple):
    """How a queue works: how many are taken up a second now, and how long work took, sorted, in seconds."""

    rate: float
    handled: Sequence[float]


class Place(NamedTuple):
    """Where a conversation stands: how many are before it, or since when somebody has been on it."""

    ahead: int
    taken_at: datetime | None = None


class Prediction(NamedTuple):
    """The probability of a breach, 0 to 1, and why, in words."""

    probability: float
    reason: str


def predict(pace: Pace, place: Place, due_at: datetime, at: datetime) -> Prediction | None:
    """How likely it is that nobody answers before it is due; None where too little is known. Pure."""
    left = (due_at - at).total_seconds()
    if place.taken_at is not None:
        return _in_work(pace, (at - place.taken_at).total_seconds(), left)
    if len(pace.handled) < FEWEST or pace.rate <= 0:
        return None
    samples = quantiles(pace.handled)
    probability = sum(_still_waiting(place.ahead, pace.rate, left - taken) for taken in samples) / len(
        samples
    )
    reason = (
        f"{_ordinal(place.ahead + 1)} in line; {_per_hour(pace.rate)} an hour are taken up, "
        f"and the work takes {_spoken(samples[len(samples) // 2])} as a rule"
    )
    return Prediction(probability, f"{reason}; {_spoken(left)} are left.")


def quantiles(handled: Sequence[float]) -> list[float]:
    """The 10th, 30th, 50th, 70th and 90th percentile of sorted times: each stands for a fifth of them."""
    last = len(handled) - 1
    return [handled[round(last * share / 10)] for share in (1, 3, 5, 7, 9)]


def _in_work(pace: Pace, since: float, left: float) -> Prediction | None:
    """Of the pieces of work that took at least this long, how many took longer than is left now."""
    alike = [taken for taken in pace.handled if taken > since]
    if len(alike) < FEWEST:
        return None
    late = sum(taken > since + left for taken in alike)
    reason = (
        f"Somebody has been on it for {_spoken(since)}; of {len(alike)} that took at least as long "
        f"{late} took longer than the {_spoken(left)} that are left."
    )
    return Prediction(late / len(alike), reason)


def _still_waiting(ahead: int, rate: float, seconds: float) -> float:
    """P(fewer than `ahead` + 1 are taken up within so many seconds): a Poisson process of this rate."""
    if seconds <= 0:
        return 1.0
    mean = rate * seconds
    if mean > 700:  # Beyond, the terms underflow; and nobody waits that long at such a rate.
        return 1.0 if ahead > mean else 0.0
    term = total = exp(-mean)
    for number in range(1, ahead + 1):
        term *= mean / number
        total += term
    return min(1.0, total)


def _ordinal(number: int) -> str:
    ending = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def _per_hour(rate: float) -> str:
    return f"{rate * 3600:.0f}" if rate * 3600 >= 10 else f"{rate * 3600:.1f}"


def _spoken(seconds: float) -> str:
    if seconds < 90:
        return f"{max(0, round(seconds))} s"
    return f"{round(seconds / 60)} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"
