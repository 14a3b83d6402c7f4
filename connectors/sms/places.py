"""Where the provider is, and where the hub is for it."""

from urllib.parse import urlsplit

from django.conf import settings

from hub import providers
from hub.models import Channel

KIND = "sms"
PROVIDER = "twilio"
HOST = "api.twilio.com"
_DEFAULT = f"https://{HOST}"


def moved(url: str) -> str:
    """An address of the provider's API where the operator has put it; others stay."""
    parts = urlsplit(url)
    if parts.hostname != HOST:
        return url
    query = f"?{parts.query}" if parts.query else ""
    return f"{providers.base_url(PROVIDER, _DEFAULT)}{parts.path}{query}"


def address(path: str) -> str:
    """The address of a path of the API."""
    return f"{_DEFAULT}{path}"


def callback_url(channel: Channel) -> str:
    """Where what customers write has to be posted."""
    return f"{settings.PUBLIC_URL}/hooks/{KIND}/{channel.pk}/"


def status_url(channel: Channel, delivery_id: str = "") -> str:
    """Where the provider says what becomes of a message; it signs our id, which is in it."""
    return f"{callback_url(channel)}status{f'?delivery={delivery_id}' if delivery_id else ''}"
