"""The SMS connector; each hook is a line to the module that does it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from connectors.sms import addresses, api, form, numbers, parse, polling, sending, signature
from connectors.sms.places import HOST, KIND, PROVIDER, moved
from hub.channel_form import Check, Paste, Step
from hub.connector import Connector, Polled
from hub.messages import (
    Capabilities,
    File,
    FileRule,
    Health,
    Inbound,
    OutboundMessage,
    RawRequest,
    Receipt,
    RemoteFile,
    SendError,
    WebhookReply,
)
from hub.models import Channel

_TWIML = b'<?xml version="1.0" encoding="UTF-8"?><Response/>'
_PICTURES = FileRule(("image/jpeg", "image/png", "image/gif"), 5 * 1024 * 1024)
_OTHERS = FileRule(
    (
        "image/*",
        "audio/*",
        "video/*",
        "application/pdf",
        "text/calendar",
        "text/csv",
        "text/vcard",
        "text/x-vcard",
    ),
    500 * 1024,
)


class SmsConnector(Connector):
    """A number at the provider, and the telephones that write to it."""

    kind = KIND
    label = "SMS"
    icon = "smartphone"
    identity_kind = addresses.IDENTITY
    provider = PROVIDER
    routes = frozenset({"", "status"})
    secret_headers = Connector.secret_headers | {signature.HEADER}
    file_hosts = (HOST,)
    file_limit = 20 * 1024 * 1024
    poll_interval = 300.0
    patience = timedelta(hours=36)

    def capabilities(self, config: Mapping[str, Any]) -> Capabilities:
        """Ten segments a message, that being less than the provider's 1,600 characters; files by MMS."""
        has_files = config.get("mms", True) is True
        return Capabilities(
            send=True,
            text_limit=10,
            text_unit="gsm_segments",
            overflow="split",
            counts_segments=True,
            files=10 if has_files else 0,
            file_limit=_PICTURES.limit,
            file_rules=(_PICTURES, _OTHERS) if has_files else (),
            delivered=True,
            can_start=True,
            consent=True,
            work="sms",
        )

    def normalise(self, address: str) -> str | None:
        """See `addresses`."""
        return addresses.normalise(address)

    def is_own(self, channel: Channel, address: str) -> bool:
        """Whatever the case of a sender's letters."""
        return address.casefold() == channel.address.casefold()

    def form(self) -> Sequence[Step]:
        """The account, the sender, and when it is quiet."""
        return form.FORM

    def clean(
        self, address: str, config: Mapping[str, Any], secrets: Mapping[str, Any]
    ) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
        """See `form`."""
        return form.clean(address, config, secrets)

    def test(self, channel: Channel) -> Sequence[Check]:
        """See `numbers`."""
        return numbers.test(channel)

    def pastes(self, channel: Channel) -> Sequence[Paste]:
        """See `numbers`."""
        return numbers.pastes(channel)

    def connect(self, channel: Channel, callback_url: str) -> None:
        """See `numbers`."""
        numbers.connect(channel, callback_url)

    def disconnect(self, channel: Channel) -> None:
        """See `numbers`."""
        numbers.disconnect(channel)

    def verify(self, channel: Channel, request: RawRequest) -> None:
        """See `signature`."""
        signature.verify(channel, request)

    def dedupe_key(self, channel: Channel, request: RawRequest) -> str:
        """By message, and by status of a message."""
        return parse.key(parse.fields(request.body))

    def lane(self, channel: Channel, request: RawRequest) -> str:
        """By whoever is written to or writes."""
        told = parse.fields(request.body)
        return addresses.party(told.get("To" if parse.is_status(told) else "From", "")).value

    def acknowledge(self, channel: Channel, request: RawRequest) -> WebhookReply:
        """Nothing to be said to the customer; plain text would be sent to them."""
        return WebhookReply(200, _TWIML, "text/xml")

    def parse(self, raw: bytes, headers: Mapping[str, Any], config: Mapping[str, Any]) -> Sequence[Inbound]:
        """See `parse`."""
        return parse.parse(raw, headers)

    def fetch_file(self, channel: Channel, file: RemoteFile) -> File:
        """From the provider alone, also where the operator has put it elsewhere."""
        return super().fetch_file(channel, replace(file, url=moved(file.url)))

    def file_headers(self, channel: Channel) -> Mapping[str, str]:
        """The account's credentials: files may be kept from all others."""
        return {"Authorization": api.basic(api.credentials(channel))}

    def poll(self, channel: Channel, cursor: Mapping[str, Any]) -> tuple[Sequence[Polled], Mapping[str, Any]]:
        """See `polling`."""
        return polling.poll(channel, cursor)

    def destinations(self, channel: Channel, recipient: str) -> Mapping[str, int]:
        """The account, whose calls at once are limited, and the sender in it."""
        account = f"{PROVIDER} {channel.config.get('account_sid', '')}"
        sender = channel.config.get("messaging_service_sid") or channel.address.replace(" ", "-")
        return {account: 20, f"{account} {sender}": 5}

    def send(self, channel: Channel, message: OutboundMessage) -> Receipt:
        """See `sending`."""
        return sending.send(channel, message)

    def reconcile(self, channel: Channel, message: OutboundMessage) -> Receipt | None:
        """See `sending`."""
        return sending.reconcile(channel, message)

    def health(self, channel: Channel) -> Health:
        """Whether the credentials are good, and the account active."""
        try:
            account = api.account(channel, seconds=5)
        except SendError as error:
            return Health(False, error.detail)
        return Health(account.status == "active", f"The account is {account.status}.")
