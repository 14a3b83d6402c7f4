"""The provider's number behind a channel: where it posts what comes in, and whether that is here."""

from collections.abc import Sequence

import structlog

from connectors.sms import api
from connectors.sms.addresses import is_number
from connectors.sms.places import callback_url
from hub.channel_form import Check, Paste
from hub.messages import ErrorClass, SendError
from hub.models import Channel

log = structlog.get_logger(__name__)

AGAIN = "#rc=5&rp=all"
"""Has the provider try five times more, whatever went wrong; by itself it tries once, and not always.

https://www.twilio.com/docs/usage/webhooks/webhooks-connection-overrides
"""


def connect(channel: Channel, url: str) -> None:
    """Enter the hub's address at the number, where that is wanted and allowed; it can be done by hand.

    Raises `SendError` when the credentials are wrong or the provider is out of reach.
    """
    if not is_number(channel.address) or channel.config.get("enters_address", True) is not True:
        return
    try:
        number = api.own_number(channel)
        if number is not None and number.sms_url != url + AGAIN:
            api.change_number(channel, number.sid, url + AGAIN)
    except SendError as error:
        if error.code in ("401", "20003") or error.error_class in (ErrorClass.RETRY, ErrorClass.THROTTLED):
            raise
        log.info("sms.address_not_entered", channel=str(channel.pk), code=error.code)


def disconnect(channel: Channel) -> None:
    """Take the hub's address away from the number, if it is there."""
    if is_number(channel.address) and channel.config.get("enters_address", True) is True:
        number = api.own_number(channel)
        if number is not None and str(number.sms_url or "").startswith(callback_url(channel)):
            api.change_number(channel, number.sid, "")


def test(channel: Channel) -> Sequence[Check]:
    """Whose credentials they are, and where the number posts."""
    try:
        account = api.account(channel)
        is_active = account.status == "active"
        kind = " It is a trial: only numbers that you have verified get messages." * (account.type == "Trial")
        words = f"It is the account “{account.friendly_name}”, which is {account.status}.{kind}"
        checks = [Check("Account", is_active, words)]
        if is_number(channel.address):
            checks.append(_number_check(channel, api.own_number(channel)))
    except SendError as error:
        return [Check("Account", False, error.detail)]
    return checks


def _number_check(channel: Channel, number: api.Resource | None) -> Check:
    if number is None:
        words = f"{channel.address} is not a number of this account."
        return Check("Number", bool(channel.config.get("messaging_service_sid")), words)
    if channel.config.get("messaging_service_sid"):
        return Check("Number", None, "The messaging service decides where its messages go.")
    if str(number.sms_url or "").partition("#")[0] != callback_url(channel):
        return Check("Number", False, "What comes in is posted elsewhere. Enter the URL below at Twilio.")
    return Check("Number", True, "What comes in is posted to the hub.")


def pastes(channel: Channel) -> Sequence[Paste]:
    """What to enter at the number, or at the messaging service."""
    return [
        Paste(
            "url",
            "A message comes in",
            callback_url(channel) + AGAIN,
            "Webhook of the number or of the messaging service, with HTTP POST.",
        )
    ]
