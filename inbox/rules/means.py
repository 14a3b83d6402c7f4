"""What deeds need beside the conversation in hand, read at most once for all conversations of one act."""

from collections.abc import Iterable
from functools import cached_property
from uuid import UUID

from hub.models import Conversation, Identity, Organization
from inbox import rations
from inbox.conditions import choices
from inbox.own_addresses import OwnAddresses

_NAMED = ("agent", "team", "queue", "skill")


class Means:
    """Names of what deeds refer to, our own addresses, and the automatic messages granted so far."""

    def __init__(self, organization: Organization) -> None:
        self.organization = organization
        self.own_addresses = OwnAddresses(organization.pk)
        self._granted: list[rations.Wanted] = []

    @cached_property
    def names(self) -> dict[str, str]:
        """Names of agents, teams, queues and skills by id."""
        return choices.names(self.organization, _NAMED)

    def name(self, row_id: object) -> str:
        """The name behind an id; what is gone has none."""
        return self.names.get(str(row_id), "somebody or something that is gone")

    def grant(self, conversation: Conversation, recipient: Identity) -> bool:
        """Whether one more automatic message may go there; what was granted but not written yet counts."""
        one: tuple[UUID, UUID] = (conversation.pk, recipient.pk)
        is_granted = rations.granted(self.organization.pk, [*self._granted, one])[-1]
        if is_granted:
            self._granted.append(one)
        return is_granted

    def names_of(self, ids: Iterable[object]) -> str:
        """Several names in words."""
        return ", ".join(self.name(row_id) for row_id in ids)
