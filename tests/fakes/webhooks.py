"""Brings webhooks to the hub as providers do: twice, shuffled, late, many at a time."""

import random
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlsplit

import httpx
from django.conf import settings
from django.test import Client

from hub.models import Channel


@dataclass(frozen=True)
class Webhook:
    """One request of a provider; `route` stands behind the channel's own address, `query` behind a `?`.

    `is_shared` goes to the kind's shared URL instead.
    """

    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    content_type: str = "application/json"
    route: str = ""
    query: str = ""
    method: str = "POST"
    is_shared: bool = False

    def url(self, channel: Channel) -> str:
        """The public address, which some providers sign."""
        place = "" if self.is_shared else f"{channel.pk}/"
        query = f"?{self.query}" if self.query else ""
        return f"{settings.PUBLIC_URL}/hooks/{channel.kind}/{place}{self.route}{query}"

    def with_headers(self, headers: Mapping[str, str]) -> "Webhook":
        """The same with these headers, too."""
        return replace(self, headers={**self.headers, **headers})

    def with_body(self, body: bytes) -> "Webhook":
        """The same with another body."""
        return replace(self, body=body)


def bring(channel: Channel, webhook: Webhook) -> Any:
    """Bring it to this process's own hub; answers Django's response. Errors of the server rise."""
    parts = urlsplit(webhook.url(channel))
    path = f"{parts.path}?{parts.query}" if parts.query else parts.path
    return Client().generic(
        webhook.method,
        path,
        webhook.body,
        content_type=webhook.content_type,
        headers=dict(webhook.headers),
    )


def repeated(webhooks: Sequence[Webhook], times: int, seed: int = 7) -> list[Webhook]:
    """Each of them so many times, shuffled."""
    all_of_them = [webhook for webhook in webhooks for _ in range(times)]
    random.Random(seed).shuffle(all_of_them)
    return all_of_them


def bring_all(base_url: str, channel: Channel, webhooks: Iterable[Webhook], at_once: int = 8) -> list[int]:
    """Bring them over HTTP to a hub that runs elsewhere, several at a time; answers the status codes."""
    with httpx.Client(timeout=60) as client, ThreadPoolExecutor(at_once) as pool:

        def bring_one(webhook: Webhook) -> int:
            url = webhook.url(channel).replace(settings.PUBLIC_URL, base_url, 1)
            headers = {"Content-Type": webhook.content_type, **webhook.headers}
            return client.request(webhook.method, url, content=webhook.body, headers=headers).status_code

        return list(pool.map(bring_one, webhooks))
