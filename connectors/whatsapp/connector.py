"""The WhatsApp connector; each hook is a line to the module that does it."""

from collections.abc import Mapping, Sequence
from typing import Any

from connectors.whatsapp import files, form, graph, parse, people, sending, setup, templates
from hub.channel_form import Check, Paste, Step
from hub.connector import BadSignature, Connector
from hub.messages import (
    Capabilities,
    File,
    Health,
    Inbound,
    MessageRef,
    OutboundMessage,
    ProviderTemplate,
    RawRequest,
    Receipt,
    RemoteFile,
    SendError,
    WebhookReply,
)
from hub.models import Channel
from hub.webhook_signatures import check, digest

_SIGNATURE_HEADER = "x-hub-signature-256"
_DAY = 24 * 3600


class WhatsAppConnector(Connector):
    """A business's number, by Meta's Cloud API."""

    kind = people.KIND
    label = "WhatsApp"
    icon = "message-circle"
    provider = graph.PROVIDER
    secret_headers = Connector.secret_headers | {_SIGNATURE_HEADER}
    file_hosts = files.HOSTS
    file_limit = files.LIMIT

    def capabilities(self, config: Mapping[str, Any]) -> Capabilities:
        """Texts of 4,096 characters, one file a message; a day after the customer's last, templates alone."""
        return Capabilities(
            send=True,
            text_limit=4096,
            overflow="split",
            files=10,
            files_per_message=1,
            caption_limit=sending.CAPTION,
            file_limit=files.LIMIT,
            typing_out=True,
            delivered=True,
            read=True,
            edit_in=True,
            delete_in=True,
            react_in=True,
            react_out=True,
            quotes=True,
            can_start=True,
            reply_window=_DAY,
            templates=True,
            buttons=sending.BUTTONS,
            menu_rows=sending.ROWS,
            location=True,
            contacts=True,
            echoes=True,
            work="social",
        )

    def normalise(self, address: str) -> str | None:
        """See `people`."""
        return people.normalise(address)

    def form(self) -> Sequence[Step]:
        """The account, the token, and what proves that requests are from WhatsApp."""
        return form.FORM

    def clean(
        self, address: str, config: Mapping[str, Any], secrets: Mapping[str, Any]
    ) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
        """See `form`."""
        return form.clean(address, config, secrets)

    def pastes(self, channel: Channel) -> Sequence[Paste]:
        """See `form`."""
        return form.pastes(channel)

    def test(self, channel: Channel) -> Sequence[Check]:
        """See `setup`."""
        return setup.checks(channel)

    def connect(self, channel: Channel, callback_url: str) -> None:
        """See `setup`."""
        setup.subscribe(channel)

    def health(self, channel: Channel) -> Health:
        """Whether the token opens the number."""
        try:
            graph.get(channel, graph.number_id(channel), {"fields": "id"}, seconds=5)
        except SendError as error:
            return Health(False, error.detail)
        return Health(True)

    def verify(self, channel: Channel, request: RawRequest) -> None:
        """By the app secret's signature over the body; a challenge by the verify token.

        https://developers.facebook.com/docs/graph-api/webhooks/getting-started
        """
        if request.method == "GET":
            if request.query.get("hub.mode") != ["subscribe"]:
                raise BadSignature("this is no challenge")
            check(
                request.query.get("hub.verify_token", [""])[0], str(channel.secrets.get("verify_token") or "")
            )
            return
        secret = str(channel.secrets.get("app_secret") or "")
        if not secret:
            raise BadSignature("the channel has no app secret")
        check(request.headers.get(_SIGNATURE_HEADER, ""), f"sha256={digest(secret, request.body)}")

    def handshake(self, channel: Channel, request: RawRequest) -> WebhookReply | None:
        """The challenge's own text."""
        challenge = request.query.get("hub.challenge")
        if request.method != "GET" or not challenge:
            return None
        return WebhookReply(200, challenge[0].encode())

    def lane(self, channel: Channel, request: RawRequest) -> str:
        """By customer."""
        return parse.lane(request.body)

    def addressees(self, request: RawRequest) -> Sequence[str]:
        """The ids of the numbers that it is for."""
        return [] if request.method == "GET" else parse.numbers(request.body)

    def parse(self, raw: bytes, headers: Mapping[str, Any], config: Mapping[str, Any]) -> Sequence[Inbound]:
        """See `parse`."""
        return parse.parse(raw, headers, config)

    def fetch_file(self, channel: Channel, file: RemoteFile) -> File:
        """See `files`."""
        return files.fetch(channel, file, self.file_limit)

    def destinations(self, channel: Channel, recipient: str) -> Mapping[str, int]:
        """Some 80 messages a second for a number, and few to one customer."""
        account = graph.account(channel)
        return {account: 16, f"{account} {recipient}": 1}

    def templates(self, channel: Channel) -> Sequence[ProviderTemplate]:
        """See `templates`."""
        return templates.listed(channel)

    def send(self, channel: Channel, message: OutboundMessage) -> Receipt:
        """See `sending`."""
        return sending.send(channel, message)

    def react(self, channel: Channel, target: MessageRef, emoji: str, *, removed: bool = False) -> None:
        """See `sending`."""
        sending.react(channel, target, emoji, removed=removed)

    def typing(self, channel: Channel, thread_key: str, state: str) -> None:
        """Shown under the customer's last message, which it marks as read; there is no way to stop it."""
        if state == "start" and (last := setup.last_message_id(channel, thread_key)):
            sending.show_typing(channel, last)
