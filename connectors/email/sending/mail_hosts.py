"""Which addresses a mail server may have whose name an organization's administrator typed."""

from __future__ import annotations

import socket

from django.conf import settings

from hub import public_addresses
from hub.messages import ErrorClass, SendError

PORTS = frozenset([25, 110, 143, 465, 587, 993, 995, 2465, 2525, 2587])
"""Ports of public addresses; in networks that the operator allowed, every port."""


def checked_addresses(host: str, port: int) -> list[str]:
    """The addresses of a mail server, every one of them checked, to connect to instead of its name.

    Resolves once. Raises `SendError` when the hub must not go there (`HUB_ALLOWED_NETWORKS` lets it),
    `OSError` when the name is not known.
    """
    rows = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    found = list(dict.fromkeys(str(row[4][0]) for row in rows))
    for text in found:
        _check(host, port, text)
    return found


def dial(host: str, port: int, seconds: float) -> socket.socket:
    """A connection to the first checked address that answers; each may take this long. Raises as above."""
    try:
        addresses = checked_addresses(host, port)
    except UnicodeError as error:
        raise socket.gaierror(socket.EAI_NONAME, "this cannot be a name") from error
    failure: OSError = ConnectionRefusedError("the name has no address")
    for address in addresses:
        try:
            return socket.create_connection((address, port), seconds)
        except OSError as error:
            failure = error
    raise failure


def _check(host: str, port: int, text: str) -> None:
    address = public_addresses.parse(text)
    networks = settings.ALLOWED_NETWORKS
    if address is None or not public_addresses.is_allowed(address, networks):
        detail = f"{host} is not on the public internet; the hub's operator can allow its network."
        raise SendError(ErrorClass.RECONNECT, "address-refused", detail)
    if port not in PORTS and not public_addresses.is_within(address, networks):
        raise SendError(ErrorClass.RECONNECT, "port-refused", f"{port} is no port of a mail server.")
