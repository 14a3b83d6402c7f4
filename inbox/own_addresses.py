"""Which addresses are ours: whoever writes or answers there reaches this organization itself."""

from collections.abc import Sequence
from typing import Any

from hub import registry
from hub.messages import Party
from hub.models import Channel


class OwnAddresses:
    """The addresses of an organization's channels, read when somebody first asks."""

    def __init__(self, organization_id: Any) -> None:
        self._organization_id = organization_id
        self._channels: list[Channel] | None = None

    def others(
        self, channel: Channel, to: Sequence[Party], cc: Sequence[Party], *, is_echo: bool = False
    ) -> tuple[list[Party], list[Party]]:
        """Those beside us to whom a message went that came in by this channel.

        Where no address of ours is named, the mail came by a name of ours that we do not know (an alias, a
        list), which may be the one in To: then To counts for nobody. Of an echo we are the sender.
        """
        everybody = [*to, *cc]
        foreign = [party for party in everybody if not is_own(channel, party.kind, party.value)]
        foreign = [party for party in foreign if (party.kind, party.value) not in self]
        is_named = is_echo or len(foreign) < len(everybody)
        values = {party.value for party in foreign}
        return (
            [party for party in to if is_named and party.value in values],
            [party for party in cc if party.value in values],
        )

    def __contains__(self, address: tuple[str, str]) -> bool:
        """Whether what goes to this kind and normal value of address comes in here."""
        kind, value = address
        if self._channels is None:
            rows = Channel.objects.within(self._organization_id).filter(archived_at__isnull=True)
            self._channels = list(rows.exclude(address="").defer("secrets", "health"))
        return any(is_own(channel, kind, value) for channel in self._channels)


def is_own(channel: Channel, kind: str, value: str) -> bool:
    """Whether what goes to this address comes in by the channel."""
    connector = registry.connectors().get(channel.kind)
    if connector is None or (connector.identity_kind or connector.kind) != kind:
        return False
    return connector.is_own(channel, value)
