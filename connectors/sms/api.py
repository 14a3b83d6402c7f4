"""The calls to the provider's API, each of which may raise `SendError`.

https://www.twilio.com/docs/messaging/api
"""

from base64 import b64encode
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, TypeVar

from connectors.sms.places import address
from hub.messages import ErrorClass, SendError
from hub.models import Channel

SECONDS = 15.0
_PAGE = 500

T = TypeVar("T")

Resource = Any
"""An instance of the provider's library, such as a message, with its fields as attributes."""


def create_message(channel: Channel, **fields: Any) -> Resource:
    """Have one message sent; the names of the fields are the library's."""
    made = _ask(channel, lambda client: client.messages.create(**fields))
    if not made.sid:
        raise _garbage()
    return made


def messages_to(channel: Channel, number: str, most: int) -> Sequence[Resource]:
    """The newest messages to a number, received or sent."""
    return _ask(channel, lambda client: list(client.messages.list(to=number, limit=most, page_size=most)))


def messages_since(channel: Channel, number: str, since: datetime) -> Sequence[Resource]:
    """What was written to a number of ours since then, newest first."""
    return _ask(
        channel,
        lambda client: list(client.messages.list(to=number, date_sent_after=since, page_size=_PAGE)),
    )


def media_of(channel: Channel, message_sid: str) -> Sequence[tuple[str, str]]:
    """The files of a message: where each lies, and its content type."""
    found = _ask(channel, lambda client: list(client.messages(message_sid).media.list(limit=10)))
    return [(address(str(one.uri).removesuffix(".json")), str(one.content_type or "")) for one in found]


def account(channel: Channel, seconds: float = SECONDS) -> Resource:
    """The account itself: the cheapest thing to ask for."""
    sid = str(channel.config.get("account_sid") or "")
    return _ask(channel, lambda client: client.api.v2010.accounts(sid).fetch(), seconds)


def own_number(channel: Channel) -> Resource | None:
    """The account's number that has the channel's address; None for other senders."""
    found = _ask(
        channel, lambda client: client.incoming_phone_numbers.list(phone_number=channel.address, limit=1)
    )
    return found[0] if found else None


def change_number(channel: Channel, sid: str, url: str) -> None:
    """Have what comes to a number of the account posted to this URL."""
    _ask(channel, lambda client: client.incoming_phone_numbers(sid).update(sms_url=url, sms_method="POST"))


def credentials(channel: Channel) -> tuple[str, str]:
    """Name and secret of the API key where there is one, else the account's own."""
    config, secrets = channel.config, channel.secrets
    if config.get("api_key_sid"):
        return str(config["api_key_sid"]), str(secrets.get("api_key_secret") or "")
    return str(config.get("account_sid") or ""), str(secrets.get("auth_token") or "")


def basic(auth: tuple[str, str]) -> str:
    """Name and secret as HTTP carries them (RFC 7617)."""
    return f"Basic {b64encode(':'.join(auth).encode()).decode()}"


def _ask(channel: Channel, call: Callable[[Any], T], seconds: float = SECONDS) -> T:
    # The library takes a quarter of a second and some memory: only processes that call have it.
    from connectors.sms import transport

    if not all(credentials(channel)):
        raise SendError(ErrorClass.RECONNECT, "no-credentials", "The channel has no credentials for Twilio.")
    account_sid = str(channel.config.get("account_sid") or "")
    try:
        return call(transport.client(account_sid, credentials(channel), seconds))
    except SendError:
        raise
    except Exception as error:
        # Good answers that hold something else break the library wherever it reads them.
        raise _garbage() from error


def _garbage() -> SendError:
    return SendError(ErrorClass.RETRY, "garbage", "Twilio answered nonsense.", uncertain=True)
