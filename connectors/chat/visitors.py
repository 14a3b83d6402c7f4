"""Who is there? Recognises browsers by their token, binds them to proved identities, revokes them."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db.models import Max

from connectors.chat import identity
from connectors.chat.models import Visitor, digest_of, new_token
from connectors.chat.protocol import Start
from hub.clock import now
from hub.models import Channel
from hub.tenancy import new_id
from hub.transaction import unit

KIND = "chat"
_TOUCH = timedelta(minutes=5)


def site(site_key: str) -> Channel | None:
    """The active chat channel of a site key, with its organization."""
    channel = (
        Channel.objects.unscoped("the site key of a visitor's first frame")
        .select_related("organization")
        .filter(kind=KIND, address=site_key)
        .first()
    )
    return channel if channel and channel.is_active else None


def proved_id(channel: Channel, start: Start) -> str:
    """The external id that a first frame proves; empty when it proves none."""
    claim = start.identity
    if claim is None:
        return ""
    secret = str(channel.secrets.get("identity_secret", ""))
    genuine = identity.proves(secret, channel.address, claim.external_id, claim.exp, claim.hmac, now())
    return claim.external_id if genuine else ""


def recognise(channel: Channel, start: Start, proved: str) -> Visitor | None:
    """The visitor that holds this token on this site; None for a stranger.

    A browser that was bound to a proved identity is a stranger without that proof: whoever sits
    there now sees nothing of what was said before. A first proof binds an anonymous browser.
    """
    if not start.visitor:
        return None
    with unit():
        visitor = (
            Visitor.objects.filter(channel=channel)
            .filter(token_digest=digest_of(start.visitor), revoked_at__isnull=True)
            .first()
        )
        if visitor is None or visitor.external_id not in ("", proved):
            return None
        _update(channel, visitor, start, proved)
        return visitor


def create(channel: Channel, start: Start, proved: str) -> tuple[Visitor, str]:
    """A new visitor and the token that its browser is to keep."""
    token = new_token()
    fresh = new_id()
    with unit():
        visitor = Visitor(
            id=fresh,
            organization_id=channel.organization_id,
            channel=channel,
            token_digest=digest_of(token),
            thread=_thread_of(channel, proved) or fresh,
            external_id=proved,
            name=_name(start, proved),
            locale=start.locale or "",
        )
        visitor.save(force_insert=True)
    return visitor, token


def revoke(visitor: Visitor) -> None:
    """Make a browser's token worthless; its next frame closes its socket with 4401."""
    Visitor.objects.filter(channel=visitor.channel, pk=visitor.pk).update(revoked_at=now())


def is_welcome(visitor: Visitor) -> bool:
    """Whether neither the browser was revoked nor the channel switched off since it came."""
    live = (Channel.State.DRAFT, Channel.State.DISABLED)
    return (
        Visitor.objects.within(visitor.organization_id)
        .filter(pk=visitor.pk, revoked_at__isnull=True)
        .exclude(channel__state__in=live)
        .exists()
    )


def reach(channel: Channel, thread: str) -> tuple[bool, int, int]:
    """Of a thread's browsers: whether none is left, and how far any of them took and saw it.

    A name that no browser ever had (from an import, say) is a thread without one.
    """
    try:
        browsers = Visitor.objects.filter(channel=channel).filter(thread=UUID(thread))
    except ValueError:
        return True, 0, 0
    known = browsers.aggregate(taken=Max("taken_seq"), seen=Max("seen_seq"))
    gone = known["taken"] is not None and not browsers.filter(revoked_at__isnull=True).exists()
    return gone, known["taken"] or 0, known["seen"] or 0


def _update(channel: Channel, visitor: Visitor, start: Start, proved: str) -> None:
    changed: dict[str, Any] = {}
    if proved and not visitor.external_id:
        thread = _thread_of(channel, proved) or visitor.thread
        changed = {"external_id": proved, "thread": thread, "name": _name(start, proved) or visitor.name}
        if thread != visitor.thread:
            changed |= {"taken_seq": 0, "seen_seq": 0}
    if start.locale and start.locale != visitor.locale:
        changed["locale"] = start.locale
    if changed or now() - visitor.last_seen_at > _TOUCH:
        changed["last_seen_at"] = now()
        for field, value in changed.items():
            setattr(visitor, field, value)
        visitor.save(update_fields=list(changed))


def _thread_of(channel: Channel, proved: str) -> UUID | None:
    """The conversation's thread that a proved person has on this site already."""
    if not proved:
        return None
    bound = Visitor.objects.filter(channel=channel).filter(external_id=proved, revoked_at__isnull=True)
    return bound.order_by("created_at", "id").values_list("thread", flat=True).first()


def _name(start: Start, proved: str) -> str:
    """The name that the site gives its signed-in user; without proof it could be anybody's."""
    claim = start.identity
    return (claim.name or "").strip() if claim and proved else ""
