"""Schedules, promises and clocks as they leave the hub."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from hub.models import EscalationStep, Schedule, SlaClock, SlaPolicy, SlaSegment, SlaTarget
from inbox.payloads.moments import Shape, id_of, moment


def schedule(row: Schedule, hours: Mapping[str, Any], used_by: Sequence[Shape]) -> Shape:
    """Opening hours and what goes by them; `hours` says whether it is open now, until or from when."""
    return {
        "id": str(row.pk),
        "name": row.name,
        "time_zone": row.time_zone,
        "intervals": row.intervals,
        "holidays": row.holidays,
        "closures": row.closures,
        "is_open": hours["is_open"],
        "next_opening": moment(hours["next_opening"]),
        "next_closing": moment(hours["next_closing"]),
        "used_by": list(used_by),
        "warnings": hours["warnings"],
        "created_at": moment(row.created_at),
        "updated_at": moment(row.updated_at),
    }


def sla_policy(
    row: SlaPolicy,
    targets: Iterable[SlaTarget],
    escalations: Iterable[EscalationStep],
    live_clocks: int,
    warnings: Sequence[str],
) -> Shape:
    """What is promised to whom; `warnings` say in words what is strange about it."""
    return {
        "id": str(row.pk),
        "name": row.name,
        "position": row.position,
        "is_active": row.is_active,
        "conditions": row.conditions,
        "schedule_id": id_of(row.schedule_id),
        "pauses": row.pauses,
        "do_bots_count": row.do_bots_count,
        "version": row.version,
        "targets": [
            {
                "clock": target.clock,
                "priority": target.priority,
                "seconds": target.seconds,
                "is_working_time": target.is_working_time,
            }
            for target in targets
        ],
        "escalations": [
            {
                "id": str(step.pk),
                "clock": step.clock,
                "when": step.when,
                "value": step.value,
                "is_working_time": step.is_working_time,
                "actions": step.actions,
            }
            for step in escalations
        ],
        "live_clocks": live_clocks,
        "warnings": list(warnings),
        "created_at": moment(row.created_at),
        "updated_at": moment(row.updated_at),
    }


def sla_clock(row: SlaClock) -> Shape:
    """One occurrence of a clock, with the policy as it was when it was last reckoned."""
    policy: Mapping[str, Any] = row.data.get("policy") or {}
    ended: str | None = row.data.get("ended_at")
    return {
        "id": str(row.pk),
        "conversation_id": str(row.conversation_id),
        "clock": row.clock,
        "occurrence": row.occurrence,
        "about": row.about,
        "state": row.state,
        "is_live": row.is_live,
        "priority": row.data.get("priority", ""),
        "policy": {name: policy.get(name) for name in ("id", "name", "version")},
        "target_seconds": row.target_seconds,
        "is_working_time": row.is_working_time,
        "started_at": moment(row.started_at),
        "due_at": moment(row.due_at),
        "fulfilled_at": moment(row.fulfilled_at),
        "ended_at": moment(datetime.fromisoformat(ended)) if ended else None,
        "outcome": row.data.get("outcome", ""),
        "breached_at": moment(row.breached_at),
        "warned_at": moment(row.warned_at),
        "risk": row.warning if row.is_live else None,
    }


def sla_segment(row: SlaSegment) -> Shape:
    """A stretch in which a clock ran or stood still."""
    return {
        "is_running": row.is_running,
        "started_at": moment(row.started_at),
        "ended_at": moment(row.ended_at),
        "reason": row.reason,
    }
