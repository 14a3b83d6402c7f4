"""Where each provider's API is: at its own address, or where `HUB_PROVIDER_BASE_URLS` has put it."""

from urllib.parse import urlsplit

from django.conf import settings

Origin = tuple[str, str, int]
"""Scheme, host and port."""


def base_url(provider: str, default: str) -> str:
    """The address, without a slash at its end, that the provider's own paths follow."""
    return str(settings.PROVIDER_BASE_URLS.get(provider, default)).rstrip("/")


def is_moved(provider: str) -> bool:
    """Whether the operator has put the provider elsewhere."""
    return provider in settings.PROVIDER_BASE_URLS


def moved_origin(provider: str) -> Origin | None:
    """Where the operator has put the provider; None where they have not."""
    url = settings.PROVIDER_BASE_URLS.get(provider) if provider else None
    if not url:
        return None
    parts = urlsplit(url)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    return parts.scheme, (parts.hostname or "").lower(), port
