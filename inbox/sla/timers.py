"""When something is due of a clock: its warning, its breach, its escalation steps."""

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from inbox.sla.clocks import State
from inbox.sla.terms import WARN_AT, Promise, Step


class Timer(NamedTuple):
    """What is due at a moment: "warning", "breach", or an escalation step."""

    at: datetime
    name: str
    step: Step | None = None

    def is_due(self, at: datetime) -> bool:
        """Whether it is to be done. At the very moment at which it is due a promise can still be kept."""
        return self.at < at if self.name == "breach" else self.at <= at


def timers(promise: Promise, due_at: datetime | None) -> list[Timer]:
    """All that is still to come of a clock, the first one first; nothing while it stands still."""
    clock = promise.clock
    if due_at is None or not clock.is_live:
        return []
    found = sorted(_all(promise, due_at), key=lambda timer: timer.at)
    if clock.state == State.PAUSED:  # Only what was due before it was stopped, and has not been told yet.
        return [timer for timer in found if timer.at <= clock.segments[-1].start]
    return found


def next_timer(promise: Promise, due_at: datetime | None) -> datetime | None:
    """When the first of them is due."""
    found = timers(promise, due_at)
    return found[0].at if found else None


def _all(promise: Promise, due_at: datetime) -> Iterator[Timer]:
    kept = promise.clock.kept
    if not kept.get("breached"):
        yield Timer(due_at, "breach")
        warning = promise.after(promise.target.seconds * WARN_AT / 100)
        if not kept.get("warned") and warning is not None:
            yield Timer(warning, "warning")
    fired = kept.get("fired", ())
    for step in promise.terms.steps_of(promise.clock.kind):
        if str(step.id) not in fired and (at := promise.moment_of(step, due_at)) is not None:
            yield Timer(at, "step", step)
