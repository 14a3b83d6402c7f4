"""Which server takes a channel's mail, and the connections to it that are kept open for the next one."""

from __future__ import annotations

import threading
import time
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import urlsplit

from django.conf import settings

from connectors.email.fetching.mail_account import account_of
from connectors.email.fetching.oauth import access_token, is_used_by
from connectors.email.sending.compose import Composed
from connectors.email.sending.transport import NothingTaken, Relay, Session
from hub.channel_form import Check
from hub.messages import ErrorClass, SendError
from hub.models import Channel

IDLE_SECONDS = 30.0
"""How long a connection is kept for another mail; servers hang up after some minutes."""

MAILS_PER_SESSION = 100
KEPT_PER_RELAY = 4

AT_ONCE = 10
"""How many mails may be under way to one relay, all processes together."""

AT_ONCE_PER_DOMAIN = 4
"""How many of them to recipients of one domain."""

_kept: defaultdict[Relay, list[Session]] = defaultdict(list)
_lock = threading.Lock()
_sweeper: threading.Timer | None = None


def relay_of(channel: Channel, *, fresh_token: bool = True) -> Relay | None:
    """The server for a channel's mail: its own, or the operator's; None when none is set.

    Without `fresh_token` nothing is asked of anybody, and the answer is good for its name alone.
    Raises `SendError` (an administrator must act) for settings that cannot work.
    """
    if channel.config.get("send_by") == "smtp":
        return _own_relay(channel, fresh_token)
    if not settings.SMTP_RELAY_URL:
        return None
    try:
        return Relay.from_url(settings.SMTP_RELAY_URL)
    except ValueError as error:
        raise SendError(ErrorClass.RECONNECT, "relay-url", f"HUB_SMTP_RELAY_URL: {error}") from error


def _own_relay(channel: Channel, fresh_token: bool) -> Relay:
    signs_in_elsewhere = is_used_by(channel)
    token = access_token(channel) if signs_in_elsewhere and fresh_token else ""
    try:
        account = account_of("smtp", channel.config, channel.secrets, token=token, address=channel.address)
    except ValueError as error:
        raise SendError(ErrorClass.RECONNECT, "smtp-settings", str(error)) from error
    return Relay(
        account.host,
        account.port,
        "" if account.security == "none" else account.security,
        account.user if account.password or signs_in_elsewhere else "",
        account.password,
        account.token,
        is_operators=False,
    )


def destinations(channel: Channel, recipient: str) -> Mapping[str, int]:
    """The relay, and the recipient's domain behind it, with how many mails each takes at once."""
    try:
        relay = relay_of(channel, fresh_token=False)
    except SendError:
        return {}
    if relay is None:
        return {}
    domain = recipient.rpartition("@")[2].lower()
    # A process alone keeps a thread for what comes in, should the relay let all others wait.
    most = AT_ONCE if settings.REDIS_URL else min(AT_ONCE, max(1, settings.WORKER_THREADS - 1))
    return {relay.name: most, f"{relay.name} {domain}": min(most, AT_ONCE_PER_DOMAIN)}


def helo_name() -> str:
    """The name by which we greet: our public host, or an address literal where that is no name."""
    host = urlsplit(settings.PUBLIC_URL).hostname or ""
    is_name = "." in host and any(c.isalpha() for c in host)
    return host if is_name else "[127.0.0.1]"


def send_for(channel: Channel, relay: Relay, mail: Composed) -> str:
    """`send` with a sign-in that is renewed once where the server calls it expired."""
    try:
        return send(relay, mail)
    except SendError as error:
        if error.code != "token-refused":
            raise
    return send(replace(relay, token=access_token(channel, refused=relay.token)), mail)


def send(relay: Relay, mail: Composed) -> str:
    """Hand a mail to a relay, through a connection that is open already if there is one; its answer.

    Raises `SendError`. A kept connection that turns out to be dead is replaced before any data was sent.
    """
    session = _take(relay)
    if session is not None:
        try:
            return _through(session, relay, mail)
        except NothingTaken:
            pass
    return _through(Session.open(relay, helo_name()), relay, mail)


def _through(session: Session, relay: Relay, mail: Composed) -> str:
    is_clean = False
    try:
        answer = session.send(mail)
        is_clean = True
    except SendError as error:
        is_clean = not error.uncertain and session.reset()
        raise
    finally:
        if is_clean and session.mails < MAILS_PER_SESSION:
            _put(relay, session)
        else:
            session.close()
    return answer


def _take(relay: Relay) -> Session | None:
    while True:
        with _lock:
            session = _kept[relay].pop() if _kept[relay] else None
        if session is None:
            return None
        if time.monotonic() - session.idle_since < IDLE_SECONDS and session.is_usable():
            return session
        session.close()


def _put(relay: Relay, session: Session) -> None:
    with _lock:
        has_room = len(_kept[relay]) < KEPT_PER_RELAY
        if has_room:
            _kept[relay].append(session)
            _sweep_later()
    if not has_room:
        session.close()


def _sweep_later() -> None:
    global _sweeper
    if _sweeper is None:
        _sweeper = threading.Timer(IDLE_SECONDS, _sweep)
        _sweeper.daemon = True
        _sweeper.start()


def _sweep() -> None:
    """Close what was not used for a while; look again while there is anything to look at."""
    global _sweeper
    stale: list[Session] = []
    with _lock:
        _sweeper = None
        for relay, sessions in list(_kept.items()):
            idle = [one for one in sessions if time.monotonic() - one.idle_since >= IDLE_SECONDS]
            stale += idle
            _kept[relay] = [one for one in sessions if one not in idle]
            if not _kept[relay]:
                del _kept[relay]
        if _kept:
            _sweep_later()
    for session in stale:
        session.close()


def close_all() -> None:
    """End every connection that waits for another mail."""
    global _sweeper
    with _lock:
        sessions = [session for kept in _kept.values() for session in kept]
        _kept.clear()
        if _sweeper is not None:
            _sweeper.cancel()
            _sweeper = None
    for session in sessions:
        session.close()


def check(channel: Channel) -> Check:
    """Connect and sign in as for sending, without a mail; a call of a few seconds. Never raises."""
    title = "Sending"
    try:
        relay = relay_of(channel)
        if relay is None:
            return Check(title, False, "No mail server is set for outgoing mail: it is kept in a folder.")
        Session.open(relay, helo_name()).close()
    except SendError as error:
        return Check(title, False, error.detail)
    place = relay.account.place
    return Check(title, True, f"{place} lets us in." if relay.user else f"{place} answers.")
