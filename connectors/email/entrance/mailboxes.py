"""Which channel takes mail for an address; looked up once for a burst of mails."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from connectors.email.sending import own_ids, verp
from hub.models import Channel, Delivery

REMEMBERED_SECONDS = 2.0
"""How long a channel that was switched off may still take mail."""

REMEMBERED_ADDRESSES = 1000

InThread = Callable[[Callable[[str], Channel | None], str], Awaitable[Channel | None]]


class Mailboxes:
    """Finds channels by address for one event loop. Only hits are remembered."""

    def __init__(self, in_thread: InThread) -> None:
        self._in_thread = in_thread
        self._known: dict[str, tuple[float, Channel]] = {}

    async def find(self, address: str) -> Channel | None:
        """The channel that takes mail for this address, or None."""
        now = asyncio.get_running_loop().time()
        until, channel = self._known.get(address, (0.0, None))
        if channel is not None and now < until:
            return channel
        channel = await self._in_thread(find_channel, address)
        if channel is not None:
            if len(self._known) >= REMEMBERED_ADDRESSES:
                self._known.clear()
            self._known[address] = (now + REMEMBERED_SECONDS, channel)
        return channel


def find_channel(address: str) -> Channel | None:
    """The active channel with this address, or with what is left of it without its subaddress.

    A return path of ours leads to the channel whose mail it was made for, at whatever domain it is.
    """
    exact = address.encode("utf-8", "replace").decode("utf-8").replace("\x00", "").lower()
    names = list(dict.fromkeys((exact, own_ids.without_subaddress(exact))))
    mail = Channel.objects.unscoped("an SMTP recipient names the channel").filter(
        kind="email", archived_at__isnull=True
    )
    by_address = {channel.address.lower(): channel for channel in mail.filter(address__in=names)}
    found = [by_address[name] for name in names if name in by_address] or _senders_of(exact)
    return next((channel for channel in found if channel.is_active), None)


def _senders_of(return_path: str) -> list[Channel]:
    """The channel from which the delivery went out that has this return path; empty for any other address."""
    delivery_id = verp.read(return_path)
    if delivery_id is None:
        return []
    rows = Delivery.objects.unscoped("an SMTP recipient names the delivery").select_related("channel")
    return [delivery.channel for delivery in rows.filter(pk=delivery_id)]
