"""The connector: each hook is a line or two to the module that does it."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.conf import settings

from hub import webhook_signatures
from hub.channel_form import Field, InvalidSettings, Paste, Step
from hub.connector import Connector
from hub.messages import Capabilities, Inbound, OutboundMessage, RawRequest, Receipt
from hub.models import Channel

from $package import calls, parse

FORM = (
    Step(
        "account",
        "Your account",
        "Both are in your account's settings.",
        (
            Field("token", "Access token", secret=True, required=True),
            Field("signing_secret", "Signing secret", secret=True, required=True),
        ),
    ),
)


class ${name}Connector(Connector):
    """Messages of $label customers, and answers to them."""

    kind = "$kind"
    label = "$label"
    icon = "message-square"
    provider = calls.PROVIDER

    def capabilities(self, config: Mapping[str, Any]) -> Capabilities:
        """Plain text; longer ones go out as several messages."""
        return Capabilities(send=True, text_limit=2000, overflow="split", delivered=True)

    def form(self) -> Sequence[Step]:
        """Token and signing secret."""
        return FORM

    def clean(
        self, address: str, config: Mapping[str, Any], secrets: Mapping[str, Any]
    ) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
        """Both secrets are needed."""
        missing = {name: ["This is needed."] for name in ("token", "signing_secret") if not secrets.get(name)}
        if missing:
            raise InvalidSettings(missing)
        return config, secrets

    def pastes(self, channel: Channel) -> Sequence[Paste]:
        """The webhook's address."""
        url = f"{settings.PUBLIC_URL}/hooks/{self.kind}/{channel.pk}/"
        return [Paste("url", "Webhook", url, "Enter this in your account's settings.")]

    def verify(self, channel: Channel, request: RawRequest) -> None:
        """HMAC-SHA256 over the raw body, in hex."""
        wanted = webhook_signatures.digest(str(channel.secrets["signing_secret"]), request.body)
        webhook_signatures.check(request.headers.get("x-signature", ""), wanted)

    def parse(self, raw: bytes, headers: Mapping[str, Any], config: Mapping[str, Any]) -> Sequence[Inbound]:
        """See `parse`."""
        return parse.events(raw)

    def send(self, channel: Channel, message: OutboundMessage) -> Receipt:
        """See `calls`."""
        return calls.send(channel, message)
