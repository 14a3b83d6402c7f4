"""Which pages may embed a site's widget: browsers name the page's origin, and nobody can make them lie.

A channel's `allowed_origins` holds entries of these forms: `https://shop.example` (exactly this origin),
`https://*.shop.example` (its subdomains), `http://localhost:*` (any port), `loopback` (every address of
this machine, any port) and `*`.
"""

import ipaddress
from collections.abc import Sequence
from urllib.parse import SplitResult, urlsplit

_DEFAULT_PORTS = {"http": 80, "https": 443}


def is_allowed(origin: str, allowed: Sequence[str], own_host: str = "") -> bool:
    """Whether a page of this origin may talk to the channel.

    `own_host` is the host that the request was sent to: the hub's own pages always may. A client
    that names no origin is no browser, and forging one would be easy for it, so it passes.
    """
    if not origin:
        return True
    page = _split(origin)
    if page is None:
        return "*" in allowed
    if own_host and page.netloc.lower() == own_host.lower():
        return True
    return any(_matches(page, entry) for entry in allowed)


def _split(origin: str) -> SplitResult | None:
    """The parts of a web origin; None for "null" and everything else that is none."""
    try:
        parts = urlsplit(origin)
        _ = parts.port
    except ValueError:
        return None
    return parts if parts.scheme in _DEFAULT_PORTS and parts.hostname else None


def _matches(page: SplitResult, entry: str) -> bool:
    if entry == "*":
        return True
    if entry == "loopback":
        return _is_loopback(page.hostname or "")
    scheme, _, rest = entry.lower().partition("://")
    host, port = _host_and_port(rest)
    return scheme == page.scheme and _same_host(page.hostname or "", host) and _same_port(page, port)


def _host_and_port(text: str) -> tuple[str, str]:
    """ "shop.example:*" → ("shop.example", "*"); IPv6 addresses stand in brackets."""
    host, colon, port = text.rpartition(":")
    if not colon or port.endswith("]"):
        return text.strip("[]"), ""
    return host.strip("[]"), port


def _same_host(host: str, pattern: str) -> bool:
    if pattern.startswith("*."):
        return host.endswith(pattern[1:])
    return host == pattern


def _same_port(page: SplitResult, port: str) -> bool:
    default = _DEFAULT_PORTS[page.scheme]
    return port == "*" or str(page.port or default) == (port or str(default))


def _is_loopback(host: str) -> bool:
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
