"""Escalation: what a policy has done as a clock nears or passes its due moment; each step once per clock."""

from typing import Any
from uuid import UUID

from hub.models import EscalationFired, EscalationStep
from inbox import payloads
from inbox.change import Change
from inbox.sla.terms import Promise, Step


def fire(change: Change, promise: Promise, step: Step) -> None:
    """Do what the step says on the conversation in hand, and keep that it was done.

    The row is why it cannot be done again, also where the clock is reckoned anew.
    """
    from inbox.rules import deeds  # Rules ask whether promises are broken, and promises act as rules do.

    EscalationFired.objects.bulk_create(
        [
            EscalationFired(
                organization=change.organization,
                clock_id=UUID(promise.clock.kept["id"]),
                step_id=step.id,
                at=change.at,
            )
        ],
        ignore_conflicts=True,
    )
    done = deeds.apply(change, step.actions, by=actor(promise))
    acting, change.acting = change.acting, actor(promise)
    line = change.record(
        "escalated",
        {
            "clock": str(promise.clock.kind),
            "when": step.when,
            "value": step.value,
            "did": done.did,
            "errors": done.errors,
        },
    )
    change.announce("conversation.updated", item=payloads.item(line))
    change.acting = acting


def actor(promise: Promise) -> dict[str, Any]:
    """The policy as the one who acts, as events and lines remember it."""
    return {"type": "sla", "id": str(promise.terms.policy_id), "name": promise.terms.name}


def in_words(step: EscalationStep | Step) -> str:
    """When a step fires."""
    if step.when == EscalationStep.When.PERCENT:
        return f"at {step.value} % of the time"
    minutes = f"{step.value // 60} min" if step.value % 60 == 0 else f"{step.value} s"
    return f"{minutes} {'before' if step.when == EscalationStep.When.BEFORE else 'after'} it is due"
