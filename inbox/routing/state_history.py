"""What agents said of their state: a history to which rows are added, and of which the open one holds."""

from collections.abc import Mapping
from functools import partial
from uuid import UUID

from hub.clock import now
from hub.models import AgentState, Membership
from hub.transaction import after_commit
from inbox import payloads
from realtime import bus, events, visibility


def current(organization_id: UUID, user_id: UUID, *, is_locked: bool = False) -> AgentState | None:
    """What holds for an agent now; None for somebody who never said anything."""
    rows = AgentState.objects.within(organization_id).filter(user_id=user_id, until__isnull=True)
    return (rows.select_for_update(of=("self",)) if is_locked else rows).first()


def turn(
    member: Membership,
    before: AgentState | None,
    state: str,
    reason: str = "",
    unavailable: Mapping[str, str] | None = None,
) -> AgentState:
    """Close the row that held, open the next one, and tell the organization. Needs a unit of work."""
    moment = now()
    if before is not None:
        before.until = moment
        before.save(update_fields=["until"])
    latest = AgentState(
        organization_id=member.organization_id,
        user=member.user,
        state=state,
        reason=reason[:120],
        unavailable=dict(unavailable or {}),
        since=moment,
    )
    latest.save(force_insert=True)
    shape = payloads.agent(member.user, member.role, latest)
    events.append(member.organization, "agent.state_changed", {"agent": shape})
    frame = {"type": "presence", **payloads.presence(latest)}
    key = f"presence:{member.user_id}"
    after_commit(partial(bus.publish_value, member.organization_id, visibility.INBOX, key, frame))
    return latest
