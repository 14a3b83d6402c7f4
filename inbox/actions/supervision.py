"""What supervisors do for others: say an agent's state for them."""

from typing import Any

from hub.models import AgentState
from hub.viewer import Viewer
from inbox import directory
from inbox.actions.presence import set_presence


def set_presence_of(viewer: Viewer, user_id: Any, state: str, reason: str = "") -> AgentState:
    """Say that an agent of the viewer's organization is online, away, busy or offline.

    Their page shows it at once, and they can say otherwise. Raises `NotFound` for somebody who does not
    work here, `Invalid` for another word.
    """
    member = directory.member(viewer, user_id)
    return set_presence(Viewer(member.user, viewer.organization, member), state, reason)
