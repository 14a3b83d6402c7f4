"""Messages to people: what is sent, to whom not, and what became of a call that nobody knows the end of."""

from datetime import timedelta
from typing import Any

from connectors.sms import api, errors, quiet
from connectors.sms.places import status_url
from hub.clock import now
from hub.messages import ErrorClass, InboundConsent, OutboundMessage, Receipt, SendError
from hub.models import Channel, Delivery, Identity
from inbox.actions.consent import consent

_LOOKED_AT = 50
_SLACK = timedelta(minutes=2)
_LOST = ("failed", "undelivered", "canceled")


def send(channel: Channel, message: OutboundMessage) -> Receipt:
    """Hand one message over. Raises `SendError`; who asked for no more messages is not even tried."""
    _refuse_opted_out(channel, message)
    _wait_for_morning(channel, message)
    try:
        made = api.create_message(channel, **_fields(channel, message))
    except SendError as error:
        if error.code == str(errors.OPTED_OUT):
            consent(channel, InboundConsent(message.recipient, False, error.detail))
        raise
    if made.status in _LOST:
        said = {"code": made.error_code, "message": made.error_message}
        raise errors.refusal(400, said)
    return Receipt("sent", str(made.sid), detail=_segments(made))


def _refuse_opted_out(channel: Channel, message: OutboundMessage) -> None:
    to = message.recipient
    known = Identity.objects.within(channel.organization_id).filter(kind=to.kind, value=to.value)
    if known.filter(unsubscribed_at__isnull=False).exists():
        raise SendError(ErrorClass.RECIPIENT, "opted-out", errors.words(errors.OPTED_OUT))


def _wait_for_morning(channel: Channel, message: OutboundMessage) -> None:
    left = quiet.seconds_left(channel, message.recipient, now())
    if left > 0:
        words = "It is night where they are: it goes out in the morning."
        raise SendError(ErrorClass.RETRY, "quiet-hours", words, retry_after=left)


def _fields(channel: Channel, message: OutboundMessage) -> dict[str, Any]:
    service = channel.config.get("messaging_service_sid")
    fields: dict[str, Any] = {
        "to": message.recipient.value,
        "status_callback": status_url(channel, message.delivery_id),
    }
    fields |= {"messaging_service_sid": service} if service else {"from_": channel.address}
    if message.text:
        fields["body"] = message.text
    if message.files:
        fields["media_url"] = [file.url for file in message.files]
    return fields


def _segments(made: api.Resource) -> str:
    count = errors.number(made.num_segments)
    return f"{count} SMS" if count > 1 else ""


def reconcile(channel: Channel, message: OutboundMessage) -> Receipt | None:
    """The message if the provider has it: the same words to the same number since, that are no other
    delivery's. Later on its status callback tells, too, because our id is in the callback's URL."""
    try:
        found = api.messages_to(channel, message.recipient.value, _LOOKED_AT)
    except SendError:
        return None
    same = [one for one in found if _is_same(one, message)]
    claimed = set(
        Delivery.objects.within(channel.organization_id)
        .filter(channel=channel, provider_id__in=[str(one.sid) for one in same])
        .values_list("provider_id", flat=True)
    )
    free = [one for one in same if str(one.sid) not in claimed]
    if not free:
        return None
    return Receipt("delivered" if free[-1].status == "delivered" else "sent", str(free[-1].sid))


def _is_same(one: api.Resource, message: OutboundMessage) -> bool:
    if not str(one.direction or "").startswith("outbound") or one.status in _LOST:
        return False
    if message.created_at and one.date_created and one.date_created < message.created_at - _SLACK:
        return False
    has_words = str(one.body or "").strip() == message.text.strip()
    return has_words and errors.number(one.num_media) == len(message.files)
