"""The timeline item of an inbound message, with everything that the channel told about it."""

import dataclasses
from typing import Any

from hub.messages import InboundMessage, Invitation, Party
from hub.models import Attachment, Identity, Message, TimelineItem
from inbox import html, payloads
from inbox.actions import targets
from inbox.actions.arrival import Arrival
from inbox.change import Change
from inbox.known import now_has
from inbox.rich_facts import rich_facts
from inbox.threading import reference_of

Direction = TimelineItem.Direction


def append(
    change: Change,
    arrival: Arrival,
    author: Identity,
    reasons: list[dict[str, str]],
    *,
    text: str,
    with_html: bool = True,
    facts: dict[str, Any] | None = None,
) -> TimelineItem:
    """The item, its message and its files; `reasons` say what was decided about it."""
    inbound = arrival.inbound
    source = {"source": dict(arrival.source)} if arrival.source else {}
    item = change.append(
        TimelineItem.Kind.MESSAGE,
        Direction.OUTBOUND if inbound.echo else Direction.INBOUND,
        identity=None if inbound.echo else author,
        user=arrival.author,
        occurred_at=inbound.sent_at,
    )
    change.message(
        item,
        arrival.channel,
        envelope=arrival.envelope,
        external_id=arrival.place[1],
        reference=reference_of(inbound),
        in_reply_to=(inbound.in_reply_to[0] if inbound.in_reply_to else "")[:998],
        client_id=inbound.client_id or None,
        reply_to=_quoted(change, arrival),
        subject=inbound.subject[:500],
        text=text or html.to_text(inbound.html),
        html=html.sanitise(inbound.html) if inbound.html and with_html else "",
        sender=_address(inbound.sender),
        to=[_address(party) for party in inbound.to],
        cc=[_address(party) for party in inbound.cc],
        is_shown=not arrival.is_history,
        folds=[[f.start, f.end, f.kind] for f in inbound.folds] if text == inbound.text else [],
        facts=facts_of(inbound) | _missing(arrival) | source | (facts or {}),
        is_automatic=inbound.automatic,
        decisions=[*reasons, *({"about": "reading", "reason": problem} for problem in inbound.problems)],
    )
    _attach(change, item, arrival)
    return item


def facts_of(inbound: InboundMessage) -> dict[str, Any]:
    """What else is known of a message, as `Message.facts` keeps it."""
    facts: dict[str, Any] = {}
    if inbound.authentication is not None:
        facts["authentication"] = dataclasses.asdict(inbound.authentication)
    if inbound.invitation is not None:
        facts["invitation"] = _invitation(inbound.invitation)
    if inbound.reply_to is not None and inbound.reply_to.value != inbound.sender.value:
        facts["reply_to"] = _address(inbound.reply_to)
    if inbound.forwarded_from is not None:
        facts["forwarded_from"] = _address(inbound.forwarded_from)
    if rich := rich_facts(location=inbound.location, contacts=inbound.contacts, choice=inbound.choice):
        facts["rich"] = rich
    if inbound.public:
        facts["public"] = True
    return facts


def _missing(arrival: Arrival) -> dict[str, Any]:
    missing = [dataclasses.asdict(file) for file in arrival.missing_files]
    return {"missing_files": missing} if missing else {}


def _quoted(change: Change, arrival: Arrival) -> Message | None:
    """The message of the same conversation that this one answers, by the provider's word."""
    found = targets.find(arrival.channel, arrival.inbound.quoted_id)
    is_here = found is not None and found.item.conversation_id == change.conversation.pk
    return found if is_here else None


def _invitation(invitation: Invitation) -> dict[str, Any]:
    moments = {
        "starts_at": payloads.moment(invitation.starts_at),
        "ends_at": payloads.moment(invitation.ends_at),
    }
    return dataclasses.asdict(invitation) | moments | {"attendees": list(invitation.attendees)}


def _address(party: Party) -> dict[str, str]:
    return {"name": party.name, "address": party.display or party.value}


def _attach(change: Change, item: TimelineItem, arrival: Arrival) -> None:
    if not arrival.files:
        return
    rows = [
        Attachment(
            organization_id=item.organization_id,
            item=item,
            position=position,
            filename=file.filename[:255],
            content_type=file.content_type[:127],
            size=file.size,
            digest=file.digest,
            storage_key=file.storage_key,
            content_id=file.content_id[:255],
            is_inline=file.inline,
        )
        for position, file in enumerate(arrival.files)
    ]
    change.rows += rows
    now_has(item, "attachments", rows)
