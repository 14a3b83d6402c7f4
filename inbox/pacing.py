"""Decides when a delivery may go: few at once to one destination, fewer to a busy one, and when again."""

import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import Count, DateTimeField, F, Value

from hub.clock import now
from hub.models import Delivery, DeliveryStatus, Job, Slowdown

DELAYED_AFTER = timedelta(hours=4)
"""A message that nobody took for so long is shown as delayed."""

_FORGOTTEN_AFTER = timedelta(minutes=10)
"""What has been under way for so long is not: its worker died, and nobody took it over."""

_FIRST_PAUSE = timedelta(seconds=5)
_LONGEST_PAUSE = timedelta(hours=4)
_FIRST_SLOWDOWN = timedelta(seconds=15)
_LONGEST_SLOWDOWN = timedelta(minutes=30)
_SLOWDOWN_FORGOTTEN_AFTER = timedelta(hours=12)
_TURN = 0.05  # seconds between two looks at a full destination, over all that wait for it
_LONGEST_TURN = 300.0
_COUNTED = 10_000


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a delivery may go now; if not, seconds to wait. `slowed` names the busy destination.

    `was_slow` are those of its destinations that were slowed down lately and may be well again.
    """

    wait: float = 0.0
    slowed: str = ""
    was_slow: tuple[str, ...] = ()


class _Slow(NamedTuple):
    level: int
    until: datetime


def may_go(delivery: Delivery, destinations: Mapping[str, int]) -> Verdict:
    """Look whether each destination has room; one query. Call it in the unit that marks it as `sending`."""
    if not destinations:
        return Verdict()
    _take_turns(next(iter(destinations)))
    under_way, slow = _state(delivery, destinations)
    moment = now()
    for name, place in slow.items():
        if place.until > moment:
            seconds = (place.until - moment).total_seconds()
            return Verdict(wait=seconds + random.uniform(0, 5 + seconds / 5), slowed=name)
    for name, limit in destinations.items():
        room = max(1, limit >> slow[name].level) if name in slow else limit
        if _count(under_way, name) >= room:
            return Verdict(wait=_turn())
    return Verdict(was_slow=tuple(slow))


def _count(under_way: Mapping[str, int], name: str) -> int:
    """How many pass through a destination, to whatever lies behind it."""
    return sum(count for place, count in under_way.items() if place == name or place.startswith(f"{name} "))


def _take_turns(widest: str) -> None:
    """Let two processes not both take the last place. On SQLite there is one writer anyway."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"destination {widest}"])


def _state(
    delivery: Delivery, destinations: Mapping[str, int]
) -> tuple[Mapping[str, int], Mapping[str, _Slow]]:
    """How many other deliveries are under way, by narrowest destination, and what is slowed down."""
    under_way = (
        Delivery.objects.unscoped("a relay is shared by every organization")
        .filter(status=DeliveryStatus.SENDING, updated_at__gt=now() - _FORGOTTEN_AFTER)
        .exclude(destination="")
        .exclude(pk=delivery.pk)
        .order_by()
        .values_list("destination")
        .annotate(count=Count("pk"), until=Value(None, output_field=DateTimeField()))
    )
    slowed = Slowdown.objects.filter(destination__in=list(destinations))
    rows = list(under_way.union(slowed.values_list("destination", "level", "until"), all=True))
    counts = {name: count for name, count, until in rows if until is None}
    return counts, {name: _Slow(level, until) for name, level, until in rows if until is not None}


def _turn() -> float:
    """Seconds until a delivery that found no room looks again.

    Spread so that all that wait together look some twenty times a second, however many they are.
    """
    waiting = Job.objects.filter(queue="send", state="ready")[:_COUNTED].count()
    return random.uniform(_TURN, min(_LONGEST_TURN, max(0.5, waiting * _TURN)))


def slow_down(destination: str, retry_after: float | None) -> timedelta:
    """Leave a destination alone for a while, longer each time in a row; answers for how long.

    Failures of what was under way together count once.
    """
    known = Slowdown.objects.select_for_update().filter(pk=destination).first()
    if known is not None and known.until > now():
        return known.until - now()
    is_recent = known is not None and now() - known.until < _SLOWDOWN_FORGOTTEN_AFTER
    level = min(known.level + 1, 8) if known is not None and is_recent else 1
    pause = timedelta(seconds=retry_after) if retry_after else _FIRST_SLOWDOWN * 2 ** (level - 1)
    pause = _jittered(min(pause, _LONGEST_SLOWDOWN))
    Slowdown.objects.update_or_create(
        destination=destination, defaults={"level": level, "until": now() + pause}
    )
    return pause


def speed_up(destinations: tuple[str, ...]) -> None:
    """Something was taken: trust these destinations a good deal more."""
    if destinations:
        rows = Slowdown.objects.filter(destination__in=destinations, until__lte=now())
        rows.filter(level__lte=1).delete()
        rows.update(level=F("level") / 2)


def pause_after(failures: int) -> timedelta:
    """How long to wait after so many failed attempts: from seconds to hours, with jitter."""
    return _jittered(min(_FIRST_PAUSE * 3 ** min(failures - 1, 12), _LONGEST_PAUSE))


def is_delayed(delivery: Delivery) -> bool:
    """Whether its sender should know that it has not left yet."""
    since = delivery.failing_since
    return delivery.status == DeliveryStatus.QUEUED and since is not None and now() - since >= DELAYED_AFTER


def _jittered(pause: Any) -> timedelta:
    return timedelta(seconds=pause.total_seconds() * random.uniform(0.8, 1.2))
