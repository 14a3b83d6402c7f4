"""Webhook requests as they come, and their answers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import parse_qs, urlsplit


@dataclass(frozen=True, slots=True)
class RawRequest:
    """A webhook request as it came; header names in lower case, the body untouched.

    `url` is the public address that the provider knows, with its query; `route` what stands in it behind
    `/hooks/<kind>/<channel id>/`, without slashes at its ends.
    """

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes = field(repr=False)
    received_at: datetime
    remote_address: str = ""
    route: str = ""

    @property
    def query(self) -> dict[str, list[str]]:
        """The query's values by name."""
        return parse_qs(urlsplit(self.url).query, keep_blank_values=True)

    @property
    def form(self) -> dict[str, list[str]]:
        """The body's values by name, of a form (`application/x-www-form-urlencoded`); empty for others."""
        if self.headers.get("content-type", "").partition(";")[0].strip().lower() != _FORM:
            return {}
        return parse_qs(self.body.decode("utf-8", "replace"), keep_blank_values=True)


_FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True)
class WebhookReply:
    """The exact answer to a webhook."""

    status: int = 200
    body: bytes = b""
    content_type: str = "text/plain"
