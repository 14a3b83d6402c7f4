"""A desk with one mailbox and one agent, where mail arrives through the inbox's own door."""

from dataclasses import dataclass, field
from typing import Any

from hub.messages import InboundMessage, Party
from hub.models import Channel, Conversation, Counter, Event, Organization, Queue, TimelineItem
from hub.viewer import Viewer
from inbox import actions, queries
from tests import factories


@dataclass
class Desk:
    """One organization's mailbox, and the agent who answers it."""

    organization: Organization
    channel: Channel
    queue: Queue
    viewer: Viewer
    extra: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def open(cls, name: str = "Acme", **config: Any) -> "Desk":
        """A desk of a new organization; `config` is the mailbox's."""
        organization = factories.organization(name)
        queue = factories.queue(organization)
        agent = factories.agent(organization)
        address = f"support@{organization.slug}.test"
        channel = factories.channel(organization, address=address, queue=queue, config=config)
        return cls(organization, channel, queue, factories.viewer(agent, organization))

    def mail(
        self, key: str, sender: str = "carla@example.net", channel: Channel | None = None, **fields: Any
    ) -> TimelineItem:
        """A mail arrives; its Message-ID is `<KEY@example.net>` unless `reference` says otherwise."""
        fields.setdefault("text", f"Text of {key}")
        fields.setdefault("reference", f"<{key}@example.net>")
        message = InboundMessage(external_id=key, sender=Party("email", sender, name="Carla"), **fields)
        return actions.receive(channel or self.channel, message)

    def answer(self, key: str, *references: str, **fields: Any) -> TimelineItem:
        """A mail that refers to the mails of these keys, nearest first."""
        return self.mail(key, in_reply_to=tuple(f"<{name}@example.net>" for name in references), **fields)

    def counters(self) -> dict[str, int]:
        """The counters by their first word."""
        found = Counter.objects.within(self.organization).values_list("key", "value")
        return {key.split(":")[0]: value for key, value in found}

    def events(self) -> list[str]:
        """The names of all events, in their order."""
        return list(Event.objects.within(self.organization).order_by("seq").values_list("name", flat=True))

    def fresh(self, item: TimelineItem) -> Conversation:
        """An item's conversation as it is now."""
        rows = TimelineItem.objects.within(self.organization).select_related("conversation")
        return rows.get(pk=item.pk).conversation

    def why(self, item: TimelineItem) -> str:
        """The reasons of a message's decisions, as `GET …/why` tells them."""
        rows = queries.decisions(self.viewer, self.fresh(item).pk)
        (row,) = [row for row in rows if row.pk == item.pk]
        return "; ".join(decision["reason"] for decision in row.decisions)
