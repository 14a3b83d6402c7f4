"""Which internet addresses are public: those that a request on a stranger's word may go to."""

from collections.abc import Iterator, Sequence
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

_REFUSED = (
    ip_network("192.88.99.0/24"),  # relays of 6to4 (RFC 7526)
    ip_network("168.63.129.16/32"),  # metadata of Azure, a public address that is none
    ip_network("192.0.0.0/24"),  # for protocols (RFC 6890), where a cloud keeps its metadata
    ip_network("2001::/23"),  # for protocols (RFC 2928)
    ip_network("3fff::/20"),  # documentation (RFC 9637), unknown to older Pythons
    ip_network("fec0::/10"),  # site-local (RFC 3879)
)
_GLOBAL = ip_network("2000::/3")
_NAT64 = ip_network("64:ff9b::/96")
_COMPATIBLE = ip_network("::/96")
_TRANSLATED = ip_network("::ffff:0:0:0/96")
_ISATAP = (0x00005EFE, 0x02005EFE)


def parse(text: str) -> Address | None:
    """The address that a text says, or None for a name; a scope such as `%eth0` makes it none of ours."""
    try:
        return ip_address(text)
    except ValueError:
        return None


def is_allowed(address: Address, networks: Sequence[Network] = ()) -> bool:
    """Whether a request may go there: `networks` by the operator's word, else public addresses only."""
    return is_within(address, networks) or is_public(address)


def is_within(address: Address, networks: Sequence[Network]) -> bool:
    """Whether an address lies in one of these networks, an IPv4 address in IPv6 clothes included."""
    plain = getattr(address, "ipv4_mapped", None) or address
    return any(plain in network for network in networks if network.version == plain.version)


def is_public(address: Address) -> bool:
    """Whether an address is of the public internet, and so is every address that hides inside it.

    `is_global` alone calls multicast, 6to4, NAT64 and `::127.0.0.1` global.
    """
    if isinstance(address, IPv4Address):
        return _is_plainly_public(address)
    if address.scope_id is not None:
        return False
    hidden = list(_hidden_in(address))
    if any(not _is_plainly_public(inner) for inner in hidden):
        return False
    if address.ipv4_mapped is not None or address in _NAT64:
        return True
    return address in _GLOBAL and _is_plainly_public(address)


def _is_plainly_public(address: Address) -> bool:
    if address.is_multicast or address.is_reserved or address.is_unspecified or not address.is_global:
        return False
    return not any(address in network for network in _REFUSED if network.version == address.version)


def _hidden_in(address: IPv6Address) -> Iterator[IPv4Address]:
    """The IPv4 addresses that a gateway or tunnel on the way would make of an IPv6 address."""
    value = int(address)
    low = IPv4Address(value & 0xFFFFFFFF)
    if address.ipv4_mapped is not None or any(
        address in network for network in (_NAT64, _COMPATIBLE, _TRANSLATED)
    ):
        yield low
    if address.sixtofour is not None:
        yield address.sixtofour
    if address.teredo is not None:
        yield from address.teredo
    if (value >> 32) & 0xFFFFFFFF in _ISATAP:
        yield low
