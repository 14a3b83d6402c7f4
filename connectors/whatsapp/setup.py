"""What the hub finds out, and arranges, about a number: its checks, its subscription, its last message."""

from collections.abc import Mapping
from typing import Any

from connectors.whatsapp import graph
from hub.channel_form import Check
from hub.messages import SendError
from hub.models import Channel, Message
from hub.models.conversations import ChannelThread


def checks(channel: Channel) -> list[Check]:
    """Whose number it is, whether its account is the right one, and whether WhatsApp calls the hub."""
    fields = "display_phone_number,verified_name,quality_rating"
    try:
        told = graph.get(channel, graph.number_id(channel), {"fields": fields}, seconds=5)
    except SendError as error:
        return [Check("Number", False, error.detail)]
    named = f"{told.get('verified_name', '')}, {told.get('display_phone_number', '')}"
    return [Check("Number", True, f"It is the number of {named}."), *_account_checks(channel)]


def _account_checks(channel: Channel) -> list[Check]:
    account = _account(channel)
    try:
        numbers = graph.get(channel, f"{account}/phone_numbers", {"fields": "id", "limit": "100"}, seconds=5)
        apps = graph.get(channel, f"{account}/subscribed_apps", seconds=5)
    except SendError as error:
        return [Check("Account", False, error.detail)]
    is_ours = any(_id(one) == channel.address for one in numbers.get("data") or ())
    words = "The number belongs to the account." if is_ours else "The number belongs to another account."
    is_subscribed = bool(apps.get("data"))
    receiving = (
        "WhatsApp calls the app's webhook."
        if is_subscribed
        else "WhatsApp does not call the hub for this account yet. Save the channel again."
    )
    return [Check("Account", is_ours, words), Check("Receiving", is_subscribed, receiving)]


def subscribe(channel: Channel) -> None:
    """Have the account's news go to the app's webhook. Raises `SendError`.

    https://developers.facebook.com/docs/graph-api/reference/whats-app-business-account/subscribed_apps
    """
    graph.post(channel, f"{_account(channel)}/subscribed_apps", {})


def last_message_id(channel: Channel, thread_key: str) -> str:
    """WhatsApp's id of what the customer last said in a thread; empty when nothing is known of it."""
    organization = channel.organization_id
    conversations = ChannelThread.objects.within(organization).filter(channel=channel, key=thread_key)
    said = Message.objects.within(organization).filter(
        channel=channel,
        item__conversation__in=conversations.values("conversation"),
        item__direction="inbound",
        external_id__startswith="wamid.",
    )
    return said.order_by("-item__seq").values_list("external_id", flat=True).first() or ""


def _account(channel: Channel) -> str:
    account = str(channel.config.get("waba_id") or "")
    return account if account.isdecimal() else "none"


def _id(told: Any) -> str:
    return str(told.get("id")) if isinstance(told, Mapping) else ""
