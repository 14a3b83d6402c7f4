"""The figures of a simulated or an observed period, and how two of them differ."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from statistics import mean
from typing import Any
from uuid import UUID

SHORT_ABANDON = 5.0
"""Seconds within which who leaves again did not wait: they count neither as answered nor as lost."""


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of one piece of work: seconds from coming in to being taken, or to leaving."""

    at: datetime
    queue_id: UUID | None
    kind: str
    waited: float | None = None
    left_after: float | None = None
    agent_id: UUID | None = None
    busy: float = 0.0
    """How long its agent was busy with it, in seconds."""


def figures(fates: Sequence[Fate], service_levels: Mapping[UUID | None, float]) -> dict[str, Any]:
    """Of work: how much came, was taken, lost, still waits; waits in seconds; service level from 0 to 1.

    `service_levels` are the seconds of each queue within which work should be taken.
    """
    waits = sorted(fate.waited for fate in fates if fate.waited is not None)
    lost = [fate for fate in fates if fate.left_after is not None]
    counted = [fate for fate in fates if not _left_at_once(fate)]
    in_time = sum(1 for fate in fates if _is_in_time(fate, service_levels))
    decided = sum(1 for fate in counted if _is_decided(fate, service_levels))
    return {
        "arrived": len(fates),
        "taken": len(waits),
        "abandoned": len(lost),
        "still_waiting": len(fates) - len(waits) - len(lost),
        "wait_mean": round(mean(waits), 1) if waits else None,
        "wait_median": _quantile(waits, 0.5),
        "wait_p90": _quantile(waits, 0.9),
        "wait_longest": round(waits[-1], 1) if waits else None,
        "service_level": round(in_time / decided, 4) if decided else None,
    }


def by_hour(fates: Iterable[Fate]) -> dict[str, float]:
    """Mean wait in seconds of what came in during each hour (UTC, ISO 8601), for charts."""
    hours: dict[str, list[float]] = defaultdict(list)
    for fate in fates:
        if fate.waited is not None:
            hour = fate.at.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
            hours[hour.isoformat().replace("+00:00", "Z")].append(fate.waited)
    return {hour: round(mean(waits), 1) for hour, waits in sorted(hours.items())}


def load(fates: Iterable[Fate], present: Mapping[UUID, float]) -> dict[str, dict[str, float]]:
    """By agent: how much work they took, and the share (0 to 1 and above) of their time that it filled."""
    taken: dict[UUID, list[float]] = defaultdict(list)
    for fate in fates:
        if fate.agent_id is not None:
            taken[fate.agent_id].append(fate.busy)
    return {
        str(agent_id): {
            "taken": len(taken[agent_id]),
            "occupied": round(sum(taken[agent_id]) / seconds, 3) if seconds else 0.0,
        }
        for agent_id, seconds in present.items()
    }


def _left_at_once(fate: Fate) -> bool:
    return fate.left_after is not None and fate.left_after <= SHORT_ABANDON


def _is_in_time(fate: Fate, levels: Mapping[UUID | None, float]) -> bool:
    return fate.waited is not None and fate.waited <= levels.get(fate.queue_id, 60.0)


def _is_decided(fate: Fate, levels: Mapping[UUID | None, float]) -> bool:
    """Whether it says something about the service level: taken, or lost after it should have been."""
    return fate.waited is not None or (
        fate.left_after is not None and fate.left_after > levels.get(fate.queue_id, 60.0)
    )


def _quantile(ordered: Sequence[float], share: float) -> float | None:
    if not ordered:
        return None
    return round(ordered[min(len(ordered) - 1, int(share * len(ordered)))], 1)
