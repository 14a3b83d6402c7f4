"""The generic channel's connector; each hook is a line to the module that does it."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from django.conf import settings

from connectors.api import abilities, calls, form, parse, verification
from hub.channel_form import Check, Paste, Step
from hub.connector import Connector
from hub.messages import (
    Capabilities,
    Inbound,
    MessageRef,
    OutboundMessage,
    RawRequest,
    Receipt,
    SendError,
    WebhookReply,
)
from hub.models import Channel
from hub.tenancy import new_id


class ApiConnector(Connector):
    """Any system that can post JSON."""

    kind = parse.KIND
    label = "API"
    icon = "webhook"
    provider = parse.KIND
    routes = frozenset({"messages", "events"})
    file_hosts = ("*",)

    def capabilities(self, config: Mapping[str, Any]) -> Capabilities:
        """What the administrator says."""
        return abilities.capabilities(config)

    def form(self) -> Sequence[Step]:
        """Proof, URL, abilities."""
        return form.FORM

    def clean(
        self, address: str, config: Mapping[str, Any], secrets: Mapping[str, Any]
    ) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
        """See `form`."""
        return form.clean(config, secrets)

    def pastes(self, channel: Channel) -> Sequence[Paste]:
        """Where the system has to post."""
        base = f"{settings.PUBLIC_URL}/hooks/{self.kind}/{channel.pk}"
        return [
            Paste("url", "Messages", f"{base}/messages", "Your system posts what customers write here."),
            Paste(
                "url", "Events", f"{base}/events", "Receipts, edits, deletions, reactions and typing go here."
            ),
        ]

    def test(self, channel: Channel) -> Sequence[Check]:
        """A ping to the system's URL."""
        if not channel.config.get("webhook_url"):
            return [Check("Sending", None, "No URL is set: answers wait in the hub.")]
        try:
            calls.post(channel, str(new_id()), "ping", {})
        except SendError as error:
            return [Check("Sending", False, error.detail)]
        return [Check("Sending", True, "The system answered.")]

    def verify(self, channel: Channel, request: RawRequest) -> None:
        """By token or signature."""
        verification.verify(channel, request)

    def dedupe_key(self, channel: Channel, request: RawRequest) -> str:
        """The request's own id where it is signed, with a digest; a request that is not JSON is refused."""
        try:
            json.loads(request.body)
        except (ValueError, RecursionError) as error:
            raise ValueError("not JSON") from error
        return super().dedupe_key(channel, request)

    def acknowledge(self, channel: Channel, request: RawRequest) -> WebhookReply:
        """`{"status": "accepted"}`: it is kept, and will be understood in a moment."""
        return WebhookReply(202, b'{"status": "accepted"}', "application/json")

    def parse(self, raw: bytes, headers: Mapping[str, Any], config: Mapping[str, Any]) -> Sequence[Inbound]:
        """See `parse`."""
        return parse.parse(raw, str(headers.get("route", "messages")), config)

    def send(self, channel: Channel, message: OutboundMessage) -> Receipt:
        """See `calls`."""
        return calls.send(channel, message)

    def reconcile(self, channel: Channel, message: OutboundMessage) -> Receipt | None:
        """The receiver knows it by its id: once more is harmless, but not needed to tell an agent."""
        return None

    def edit(self, channel: Channel, target: MessageRef, text: str) -> None:
        """`message.updated`."""
        calls.amend(channel, target, "message.updated", text=text)

    def delete(self, channel: Channel, target: MessageRef) -> None:
        """`message.deleted`."""
        calls.amend(channel, target, "message.deleted")

    def react(self, channel: Channel, target: MessageRef, emoji: str, *, removed: bool = False) -> None:
        """`reaction.added`, `reaction.removed`."""
        name = "reaction.removed" if removed else "reaction.added"
        calls.amend(channel, target, name, emoji=emoji)

    def typing(self, channel: Channel, thread_key: str, state: str) -> None:
        """`typing`; nobody is told when it fails."""
        if channel.config.get("webhook_url"):
            calls.post(channel, str(new_id()), "typing", {"thread": thread_key, "state": state})
