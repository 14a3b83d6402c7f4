"""Finds each connector's fake, starts it, and gives the kit a desk to work at."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import pytest

from hub import registry
from hub.connector import Connector
from hub.jobs.worker import run_until_idle
from hub.messages import Capabilities
from hub.models import Channel, Delivery, InboundEnvelope, Message, TimelineItem
from hub.viewer import Viewer
from inbox import actions, payloads
from tests import factories
from tests.fakes.channel import ChannelFake, Event
from tests.fakes.webhooks import Webhook, bring

KINDS = sorted(registry.connectors())


def fake_of(kind: str) -> type[ChannelFake] | None:
    """The `Fake` of a kind: in `tests.fakes`, or beside a connector that lives in a package of its own."""
    package = type(registry.connector(kind)).__module__.rpartition(".")[0]
    for place in (f"tests.fakes.{kind}", f"{package}.fake"):
        if find_spec(place):
            return import_module(place).Fake
    return None


FAKES = {kind: known for kind in KINDS if (known := fake_of(kind)) is not None}
FAKED = sorted(FAKES)


@dataclass
class Desk:
    """A channel of the kind, its provider, and an agent who answers."""

    fake: ChannelFake
    connector: Connector
    channel: Channel
    viewer: Viewer

    @property
    def capabilities(self) -> Capabilities:
        return self.connector.capabilities(self.channel.config)

    def another(self, number: int = 2) -> Channel:
        """A further channel of the same organization, with ids and secrets of its own."""
        return self.fake.channel(self.channel.organization, number)

    def bring(self, *events: Event) -> Any:
        """The provider's signed request for these events, and all jobs that follow; it must be taken."""
        return self.bring_webhook(self.fake.bring(self.channel, *events))

    def bring_webhook(self, webhook: Webhook) -> Any:
        response = bring(self.channel, webhook)
        assert 200 <= response.status_code < 300, response.content
        run_until_idle()
        return response

    def customer_writes(self, key: str = "first", text: str = "Where is my parcel?", **more: Any) -> Message:
        self.bring(self.fake.message(self.channel, key, text, **more))
        return self.message(key)

    def message(self, key: str) -> Message:
        rows = Message.objects.within(self.viewer.organization).select_related("item__conversation")
        return rows.get(channel=self.channel, external_id=self.fake.message_id(self.channel, key))

    def messages(self) -> list[Message]:
        rows = Message.objects.within(self.viewer.organization).filter(channel=self.channel)
        return list(rows.select_related("item").order_by("item__recorded_at", "item__seq"))

    def shown(self, message: Message) -> dict[str, Any]:
        """The message's item as the API gives it."""
        rows = TimelineItem.objects.within(self.viewer.organization)
        return payloads.item(rows.select_related(*payloads.ITEM_RELATIONS).get(pk=message.pk))

    def agent_answers(self, to: Message, text: str = "It is on its way.", *, run: bool = True) -> Delivery:
        """An answer to a customer's message, and its first attempt."""
        draft = actions.Draft(text=text)
        item = actions.reply(self.viewer, to.item.conversation_id, draft)
        if run:
            run_until_idle()
        return self.delivery(item)

    def delivery(self, item: TimelineItem) -> Delivery:
        return Delivery.objects.within(self.viewer.organization).get(message_id=item.pk)

    def envelopes(self) -> list[InboundEnvelope]:
        return list(InboundEnvelope.objects.within(self.viewer.organization).order_by("received_at"))


@pytest.fixture(params=KINDS)
def connector(request: pytest.FixtureRequest) -> Connector:
    """Each installed connector."""
    return registry.connector(request.param)


@pytest.fixture(params=FAKED)
def fake(request: pytest.FixtureRequest, settings: Any) -> Iterator[ChannelFake]:
    """Each provider that there is a fake of, running."""
    made = FAKES[request.param]()
    with made.server:
        settings.PROVIDER_BASE_URLS = {**settings.PROVIDER_BASE_URLS, **made.base_urls()}
        yield made


@pytest.fixture
def desk(db: None, fake: ChannelFake) -> Desk:
    """A desk of an organization of its own."""
    organization = factories.organization()
    agent = factories.agent(organization)
    channel = fake.channel(organization)
    connector = registry.connector(fake.kind)
    return Desk(fake, connector, channel, factories.viewer(agent, organization))
