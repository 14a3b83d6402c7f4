"""Agents who are gone: nobody stays online without a socket, whatever became of browser or process."""

from uuid import UUID

from hub.models import AgentState
from hub.viewer import viewer_of
from inbox.actions.presence import set_presence
from realtime import presence


def retire(organization_id: UUID, user_id: UUID) -> None:
    """Set an agent offline who has no socket any more and said otherwise."""
    said = AgentState.objects.within(organization_id).filter(user_id=user_id, until__isnull=True).first()
    here = presence.present(organization_id)
    if said is None or said.state == AgentState.State.OFFLINE or here is None or str(user_id) in here:
        return
    if viewer := viewer_of(user_id, organization_id):
        set_presence(viewer, AgentState.State.OFFLINE)


def retire_all() -> None:
    """Set every agent offline who is gone; finds those whose process died together with their sockets."""
    rows = (
        AgentState.objects.unscoped("the clock strikes for every organization")
        .filter(until__isnull=True)
        .exclude(state=AgentState.State.OFFLINE)
        .values_list("organization_id", "user_id")
    )
    for organization_id, user_id in rows:
        retire(organization_id, user_id)
