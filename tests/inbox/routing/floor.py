"""A floor of agents and queues where work arrives through the inbox's own door, on a clock that is held."""

from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Self

from hub.clock import held_at
from hub.jobs.worker import run_until_idle
from hub.messages import InboundMessage, Party
from hub.models import (
    AgentSkill,
    Channel,
    Conversation,
    Offer,
    Organization,
    Queue,
    RoutingDecision,
    Skill,
    User,
    WorkItem,
)
from hub.viewer import Viewer
from inbox import actions
from inbox.routing import timers
from realtime import presence
from tests import factories

BEGIN = datetime(2030, 3, 4, 9, 0, tzinfo=UTC)
"""A Monday, later than anything that the database makes up by itself."""


@dataclass
class Floor:
    """One organization with a queue, a chat and a mailbox; time stands still until `wait`."""

    organization: Organization
    queue: Queue
    chat: Channel
    mailbox: Channel
    at: datetime = BEGIN
    viewers: dict[str, Viewer] = field(default_factory=dict)
    _clock: ExitStack = field(default_factory=ExitStack)
    _sent: int = 0

    @classmethod
    def open(cls, **queue: Any) -> Self:
        """A floor with nobody on it yet; fields of its queue can be given."""
        organization = factories.organization()
        row = factories.queue(organization, **queue)
        return cls(
            organization,
            row,
            factories.channel(organization, "chat", queue=row),
            factories.channel(organization, queue=row, address=f"help@{organization.slug}.test"),
        )

    def __enter__(self) -> Self:
        self._clock.enter_context(held_at(self.at))
        return self

    def __exit__(self, *_: object) -> None:
        self._clock.close()

    # People.

    def agent(self, name: str, *, is_online: bool = True, **skills: int) -> User:
        """A new agent with these skills, here unless said otherwise."""
        person = factories.agent(self.organization, name, password=None)
        self.viewers[name] = factories.viewer(person, self.organization)
        for skill, level in skills.items():
            row = self.skill(skill)
            AgentSkill.objects.create(organization=self.organization, user=person, skill=row, level=level)
        if is_online:
            self.say(name, "online")
        return person

    def skill(self, name: str) -> Skill:
        """A skill by its name."""
        return Skill.objects.get_or_create(organization=self.organization, name=name)[0]

    def say(self, name: str, state: str) -> None:
        """An agent with an open window says this of their state."""
        presence.store().hold([self.claim(name)], 1e6)
        actions.set_presence(self.viewers[name], state)

    def lose(self, name: str) -> None:
        """An agent's last window is gone."""
        presence.store().release(self.claim(name))

    def claim(self, name: str) -> tuple[str, str]:
        """What says that an agent's window is open."""
        return f"here:{self.organization.pk}", f"{self.viewers[name].user.pk}/window"

    # Customers.

    def write(self, who: str = "carla", channel: Channel | None = None, text: str = "Hello?") -> Conversation:
        """A customer writes, in the chat unless another channel is given; their conversation."""
        self._sent += 1
        channel = channel or self.chat
        kind = "visitor" if channel.kind == "chat" else "email"
        value = f"{who}-{self.organization.slug}" + ("" if kind == "visitor" else "@example.net")
        message = InboundMessage(
            external_id=f"{who}-{self._sent}",
            sender=Party(kind, value, name=who.title()),
            text=text,
            subject=f"Of {who}" if kind == "email" else "",
            thread_key=value,
        )
        return actions.receive(channel, message).conversation

    def mail(self, who: str = "carla") -> Conversation:
        """A customer writes a mail."""
        return self.write(who, self.mailbox)

    # The engine.

    def run(self) -> None:
        """Let the engine do what is to be done now."""
        timers.sweep()
        run_until_idle(60, queues=["routing"])

    def wait(self, seconds: float) -> None:
        """Let time pass and the engine notice."""
        self.pass_time(seconds)
        self.run()

    def pass_time(self, seconds: float) -> None:
        """Let time pass while the engine sleeps."""
        self.at += timedelta(seconds=seconds)
        self._clock.close()
        self._clock.enter_context(held_at(self.at))

    def skips_since(self) -> datetime:
        """Since when whoever was asked is passed over."""
        return self.at - timedelta(seconds=60)

    # What came of it.

    def work(self, conversation: Conversation) -> WorkItem:
        """The conversation's newest work."""
        rows = WorkItem.objects.within(self.organization).filter(conversation=conversation)
        return rows.order_by("-created_at", "-pk")[0]

    def offers(self, conversation: Conversation) -> list[tuple[str, str]]:
        """All offers of a conversation as (agent's name, status), the oldest first."""
        rows = Offer.objects.within(self.organization).filter(work__conversation=conversation)
        return list(rows.order_by("created_at", "pk").values_list("agent__name", "status"))

    def ringing(self, conversation: Conversation) -> str | None:
        """The name of the agent to whom it is offered now."""
        rows = Offer.objects.within(self.organization).filter(
            work__conversation=conversation, status=Offer.Status.PENDING
        )
        return rows.values_list("agent__name", flat=True).first()

    def holder(self, conversation: Conversation) -> str | None:
        """The name of the agent who has it, by the conversation's own row."""
        row = (
            Conversation.objects.within(self.organization).select_related("assignee").get(pk=conversation.pk)
        )
        return row.assignee.name if row.assignee else None

    def why(self, conversation: Conversation) -> list[str]:
        """The reasons of all decisions about it, the oldest first."""
        rows = RoutingDecision.objects.within(self.organization).filter(work__conversation=conversation)
        return list(rows.order_by("at", "pk").values_list("reason", flat=True))

    def change_queue(self, **fields: Any) -> None:
        """Change settings of the queue."""
        for name, value in fields.items():
            setattr(self.queue, name, value)
        self.queue.save()
