"""Offers in an agent's hands: accept, decline, or take without being asked."""

from typing import Any

from django.db import IntegrityError

from hub.models import Conversation, Offer, Status, User
from hub.transaction import unit
from hub.viewer import Viewer
from inbox.change import Change, as_id, changing, lock
from inbox.errors import OfferGone
from inbox.routing import availability, capacity
from inbox.routing.engine import give
from inbox.routing.moves import Moves, live
from inbox.verbs.assignment import KEEP, assign
from inbox.verbs.status import set_status


def accept(viewer: Viewer, conversation_id: Any) -> Conversation:
    """Take what is offered to the viewer in a conversation; the same once more changes nothing.

    Raises `OfferGone`, saying what happened, when it does not stand any more or the viewer has no room;
    `NotFound`. One transaction; two who accept at once get one winner.
    """
    try:
        with unit():
            conversation = lock(viewer.organization, conversation_id)
            refusal = _accept(viewer, conversation)
    except IntegrityError:
        with unit():
            refusal = _gone(viewer, lock(viewer.organization, conversation_id))
    if refusal is not None:
        raise refusal
    return conversation


def decline(viewer: Viewer, conversation_id: Any, reason: str = "") -> Conversation:
    """Leave what is offered to the viewer to others; it keeps its place. Raises `OfferGone`, `NotFound`."""
    with unit():
        conversation = lock(viewer.organization, conversation_id)
        moves = Moves(viewer.organization)
        found = _pending(viewer, moves, conversation)
        if found is None:
            raise _gone(viewer, conversation)
        moves.put_back(found.work, found, Offer.Status.DECLINED, reason.strip()[:200] or "Declined.")
        moves.decide(found.work, "declined", f"{viewer.user} declined it.", viewer.user.pk)
        moves.save()
        return conversation


def take(viewer: Viewer, conversation_id: Any, expected_id: Any = KEEP) -> Conversation:
    """Make a conversation the viewer's, out of a queue or from a colleague, whatever room they have.

    With `expected_id` only if that agent, or with None nobody, has it still: else `OfferGone` says who took
    it. Raises `NotFound`.
    """
    with changing(viewer, conversation_id) as change:
        holder = change.conversation.assignee
        if holder is not None and holder.pk != viewer.user.pk and not _is_expected(holder, expected_id):
            raise OfferGone(f"taken by {holder}")
        assign(change, assignee_id=viewer.user.pk)
        if change.conversation.status in (Status.PENDING, Status.SNOOZED):
            set_status(change, Status.OPEN)
        return change.conversation


def _is_expected(holder: User, expected_id: Any) -> bool:
    return expected_id is KEEP or (expected_id is not None and as_id(expected_id) == holder.pk)


def _accept(viewer: Viewer, conversation: Conversation) -> OfferGone | None:
    """Accept, or say why not; what is found out on the way is kept in either case."""
    change, moves = Change(conversation, viewer), Moves(viewer.organization)
    offer = _pending(viewer, moves, conversation)
    if offer is None:
        return None if _has_accepted(viewer, conversation) else _gone(viewer, conversation)
    refusal = _refusal(viewer, moves, offer)
    if refusal is None:
        moves.accept(offer.work, offer)
        moves.decide(offer.work, "accepted", f"{viewer.user} accepted it.", viewer.user.pk)
        moves.save()
        if conversation.assignee_id is None or not offer.work.call:
            give(change, viewer.user.pk, "accepted")
        change.finish()
    else:
        moves.save()
    return refusal


def _refusal(viewer: Viewer, moves: Moves, offer: Offer) -> OfferGone | None:
    """Why a standing offer cannot be accepted now; it ends with that."""
    work = offer.work
    if offer.expires_at is not None and offer.expires_at <= moves.at:
        moves.put_back(work, offer, Offer.Status.TIMEOUT, "It was not answered in time.")
        return OfferGone("It was not answered in time.")
    load, weights = capacity.room(viewer.organization.pk, viewer.user.pk, but=work.pk)
    if not load.fits(work.kind, weights):
        moves.put_back(work, offer, Offer.Status.RESCINDED, f"{viewer.user} has no room for it any more.")
        return OfferGone("You have no room for it any more.")
    found = availability.available(viewer.organization.pk).get(viewer.user.pk, availability.ABSENT)
    if not found.keeps(work.kind):
        moves.put_back(work, offer, Offer.Status.RESCINDED, f"{viewer.user} is {found.state}.")
        return OfferGone(f"You are {found.state}, so it was offered to others.")
    return None


def _pending(viewer: Viewer, moves: Moves, conversation: Conversation) -> Offer | None:
    """The viewer's offer that stands in this conversation, for a call before anything else."""
    works = live(viewer.organization, [conversation.pk])
    moves.know(works)
    found = [
        offer
        for work in works
        for offer in moves.current(work)
        if offer.agent_id == viewer.user.pk and offer.status == Offer.Status.PENDING
    ]
    return max(found, key=lambda offer: bool(offer.work.call), default=None)


def _has_accepted(viewer: Viewer, conversation: Conversation) -> bool:
    rows = Offer.objects.within(viewer.organization).filter(agent=viewer.user, released_at__isnull=True)
    return rows.filter(
        work__conversation=conversation, work__is_over=False, status=Offer.Status.ACCEPTED
    ).exists()


def _gone(viewer: Viewer, conversation: Conversation) -> OfferGone:
    """What became of the viewer's offer, in words."""
    rows = Offer.objects.within(viewer.organization).filter(work__conversation=conversation)
    held = rows.filter(status=Offer.Status.ACCEPTED, released_at__isnull=True, work__is_over=False)
    holder = held.select_related("agent").first()
    if holder is not None:
        return OfferGone(f"taken by {holder.agent}")
    own = rows.filter(agent=viewer.user).order_by("-created_at", "-pk").first()
    if own is not None and own.reason and own.status != Offer.Status.ACCEPTED:
        return OfferGone(own.reason)
    if conversation.assignee is not None and conversation.assignee_id != viewer.user.pk:
        return OfferGone(f"taken by {conversation.assignee}")
    return OfferGone("Nothing is offered to you here.")
