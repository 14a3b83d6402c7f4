"""Presence: what an agent says of their own state, kept as history."""

from hub.models import AgentState, Membership
from hub.transaction import unit
from hub.viewer import Viewer
from inbox.errors import Invalid
from inbox.routing import state_history
from inbox.routing.waking import look_after, wake_waiting

_CLEARING = frozenset({AgentState.State.ONLINE, AgentState.State.OFFLINE})
"""Who says one of these is done with not having answered."""


def set_presence(viewer: Viewer, state: str, reason: str = "", *, is_repeated: bool = False) -> AgentState:
    """Say that the viewer is online, away, busy or offline, with a reason of the organization's own.

    Saying the same again changes nothing, except that "online" ends not having answered. A page that
    `is_repeated`, because its connection came back, ends nothing, and keeps the reason that was given.
    Raises `Invalid` for another word.
    """
    if state not in AgentState.State.values:
        raise Invalid({"state": [f"Choose one of {', '.join(AgentState.State.values)}."]})
    with unit():
        current = state_history.current(viewer.organization.pk, viewer.user.pk, is_locked=True)
        latest = current
        if current is None or not _is_same(current, state, reason[:120], is_repeated):
            is_kept = current is not None and state not in _CLEARING
            unavailable = current.unavailable if current is not None and is_kept else {}
            latest = state_history.turn(viewer.membership, current, state, reason, unavailable)
        assert latest is not None
        _see_to_work(viewer)
        return latest


def come_back(viewer: Viewer) -> None:
    """The viewer does something here: who chose so takes work again that they had not answered to."""
    organization_id, user_id = viewer.organization.pk, viewer.user.pk
    said = state_history.current(organization_id, user_id)
    if said is None or not said.unavailable:
        return
    with unit():
        current = state_history.current(organization_id, user_id, is_locked=True)
        member = Membership.objects.within(viewer.organization).get(pk=viewer.membership.pk)
        if current is not None and current.unavailable and member.returns_by_itself:
            state_history.turn(viewer.membership, current, current.state, current.reason)
            _see_to_work(viewer)


def choose_return(viewer: Viewer, *, by_itself: bool) -> None:
    """Choose whether the viewer takes work again by itself, with the first thing they do."""
    with unit():
        viewer.membership.returns_by_itself = by_itself
        viewer.membership.save(update_fields=["returns_by_itself"])


def _see_to_work(viewer: Viewer) -> None:
    """Have the engine look at what the viewer holds, and at everything that they might take."""
    look_after(viewer.organization.pk, viewer.user.pk)
    wake_waiting(viewer.organization.pk)


def _is_same(current: AgentState, state: str, reason: str, is_repeated: bool) -> bool:
    if current.state != state:
        return False
    if is_repeated:
        return True
    is_cleared = not current.unavailable or state not in _CLEARING
    return current.reason == reason and is_cleared
