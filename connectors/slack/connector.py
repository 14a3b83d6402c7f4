"""The Slack connector; each hook is a line to the module that does it."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from connectors.slack import envelope, files, form, parse, people, sending, sign_in, socket_mode, web_api
from connectors.slack.emoji import REACTIONS
from connectors.slack.places import KIND, address_value, normal
from hub.channel_form import Check, Paste, Step
from hub.connector import BadSignature, Batch, Connector, Cursors
from hub.messages import (
    Capabilities,
    File,
    Health,
    Inbound,
    MessageRef,
    OutboundMessage,
    RawRequest,
    Receipt,
    RemoteFile,
    SendError,
    WebhookReply,
)
from hub.models import Channel
from hub.remote_files import digest
from hub.stopping import Stopping
from hub.webhook_signatures import check, check_time
from hub.webhook_signatures import digest as signature


class SlackConnector(Connector):
    """An app in a workspace: who writes to it directly, mentions it, or writes in a channel that it is in."""

    kind = KIND
    label = "Slack"
    icon = "hash"
    provider = web_api.PROVIDER
    file_hosts = (files.HOST,)
    file_limit = 100 * 1024 * 1024
    poll_interval = 1.0

    def capabilities(self, config: Mapping[str, Any]) -> Capabilities:
        """Texts of 4,000 characters, as Slack advises, ten files a message; no receipts, and no typing."""
        return Capabilities(
            send=True,
            text_limit=4000,
            html=True,
            overflow="split",
            files=10,
            file_limit=100 * 1024 * 1024,
            can_start=True,
            edit_in=True,
            edit_out=True,
            delete_in=True,
            delete_out=True,
            react_in=True,
            react_out=True,
            reactions=REACTIONS,
            threads=True,
            work="social",
        )

    def normalise(self, address: str) -> str | None:
        """Workspace and app, or workspace and member."""
        return normal(address)

    def form(self) -> Sequence[Step]:
        """The app, and the workspace."""
        return form.FORM

    def clean(
        self, address: str, config: Mapping[str, Any], secrets: Mapping[str, Any]
    ) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
        """See `form`."""
        return form.clean(config, secrets)

    def pastes(self, channel: Channel) -> Sequence[Paste]:
        """See `form`."""
        return form.pastes(channel)

    def test(self, channel: Channel) -> Sequence[Check]:
        """Whose token it is, what it may do, and whether the socket opens."""
        try:
            told = web_api.call(channel, "auth.test")
        except SendError as error:
            return [Check("Token", False, error.detail)]
        checks = [_token_check(channel, told), _scopes_check(str(told["scopes"]))]
        if channel.config.get("receive_by") == "socket":
            checks.append(_socket_check(channel))
        return checks

    def sign_in_url(self, channel: Channel, redirect_url: str, state: str) -> str:
        """See `sign_in`."""
        return sign_in.url(channel, redirect_url, state)

    def finish_sign_in(
        self, channel: Channel, answer: Mapping[str, str], redirect_url: str
    ) -> Mapping[str, Any]:
        """See `sign_in`."""
        return sign_in.finish(channel, answer, redirect_url)

    def verify(self, channel: Channel, request: RawRequest) -> None:
        """https://docs.slack.dev/authentication/verifying-requests-from-slack, challenges included."""
        secret = str(channel.secrets.get("signing_secret") or "")
        if not secret:
            raise BadSignature("the channel has no signing secret")
        stamp = request.headers.get("x-slack-request-timestamp", "")
        check_time(stamp, request.received_at)
        wanted = signature(secret, b"v0:%s:%s" % (stamp.encode(), request.body))
        check(request.headers.get("x-slack-signature", ""), f"v0={wanted}")

    def handshake(self, channel: Channel, request: RawRequest) -> WebhookReply | None:
        """Slack asks once whether somebody is at the address."""
        try:
            told = json.loads(request.body)
        except (ValueError, RecursionError):
            return None
        if not isinstance(told, dict) or told.get("type") != "url_verification":
            return None
        return WebhookReply(200, str(told.get("challenge") or "").encode("utf-8", "replace"))

    def dedupe_key(self, channel: Channel, request: RawRequest) -> str:
        """The event's id, however often Slack tries."""
        return envelope.dedupe_key(envelope.read(request.body))

    def lane(self, channel: Channel, request: RawRequest) -> str:
        """By Slack's channel."""
        return envelope.lane(envelope.read(request.body))

    def addressees(self, request: RawRequest) -> Sequence[str]:
        """The app in each workspace for which the event is."""
        return envelope.addresses(envelope.read(request.body))

    def enrich(
        self, batch: Sequence[tuple[Channel, bytes, Mapping[str, Any]]]
    ) -> Sequence[Mapping[str, Any]]:
        """See `people`."""
        return people.enrich(batch)

    def parse(self, raw: bytes, headers: Mapping[str, Any], config: Mapping[str, Any]) -> Sequence[Inbound]:
        """See `parse`."""
        return parse.parse(raw, headers, config)

    def fetch_file(self, channel: Channel, file: RemoteFile) -> File:
        """See `files`."""
        return files.fetch(channel, file, self.file_limit)

    def listening_key(self, channel: Channel) -> str:
        """The app's token, of channels that connect to Slack."""
        if channel.config.get("receive_by") != "socket":
            return ""
        return digest(str(channel.secrets.get("app_token") or ""))

    def listen(self, channel: Channel, cursors: Cursors, stopping: Stopping) -> Iterator[Batch]:
        """See `socket_mode`."""
        return socket_mode.listen(channel, stopping)

    def destinations(self, channel: Channel, recipient: str) -> Mapping[str, int]:
        """Some messages a second for a workspace, one a second in a channel."""
        workspace = f"slack {channel.pk}"
        return {workspace: 8, f"{workspace} {recipient}": 1}

    def send(self, channel: Channel, message: OutboundMessage) -> Receipt:
        """See `sending`."""
        return sending.send(channel, message)

    def reconcile(self, channel: Channel, message: OutboundMessage) -> Receipt | None:
        """See `sending`."""
        return sending.reconcile(channel, message)

    def edit(self, channel: Channel, target: MessageRef, text: str) -> None:
        """See `sending`."""
        sending.edit(channel, target, text)

    def delete(self, channel: Channel, target: MessageRef) -> None:
        """See `sending`."""
        sending.delete(channel, target)

    def react(self, channel: Channel, target: MessageRef, emoji: str, *, removed: bool = False) -> None:
        """See `sending`."""
        sending.react(channel, target, emoji, removed=removed)

    def health(self, channel: Channel) -> Health:
        """Whether the token is good."""
        try:
            web_api.call(channel, "auth.test", seconds=5)
        except SendError as error:
            return Health(False, error.detail)
        return Health(True)


def _token_check(channel: Channel, told: Mapping[str, Any]) -> Check:
    name = str(told.get("team") or told.get("team_id") or "")
    teams = (str(told.get("team_id") or "").lower(), str(told.get("enterprise_id") or "").lower())
    team = channel.address.partition("/")[0].lower()
    if not told.get("bot_id"):
        return Check("Token", False, "It is a person's token. A bot token begins with xoxb-.")
    if team and team not in teams:
        wanted = address_value(teams[0], channel.address.partition("/")[2]).upper()
        words = f"It is of the workspace {name}. The address of this channel must be {wanted} for it."
        return Check("Token", False, words)
    return Check("Token", True, f"It is the token of {told.get('user', 'the app')} in {name}.")


def _scopes_check(granted: str) -> Check:
    known = {scope.strip() for scope in granted.split(",") if scope.strip()}
    missing = sorted(set(sign_in.SCOPES) - known)
    if not known:
        return Check("Permissions", None, "Slack did not say what the app may do.")
    if missing:
        words = f"The app lacks {', '.join(missing)}. Add them in Slack, and install the app again."
        return Check("Permissions", False, words)
    return Check("Permissions", True, "The app may do all that it needs.")


def _socket_check(channel: Channel) -> Check:
    try:
        token = str(channel.secrets.get("app_token") or "none")
        web_api.call(channel, "apps.connections.open", token=token)
    except SendError as error:
        return Check("Connection", False, error.detail)
    return Check("Connection", True, "The hub can connect to Slack.")
