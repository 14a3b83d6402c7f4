"""The generic channel beyond what every channel holds: tokens, its form, and what it tells the system."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from typing import Any

import pytest

from hub import registry
from hub.channel_form import InvalidSettings
from hub.jobs.worker import run_until_idle
from hub.models import Channel, Delivery, Message
from inbox import actions
from inbox.errors import Invalid
from media import attachments
from tests import factories
from tests.fakes.api import Fake, System
from tests.fakes.webhooks import Webhook, bring

pytestmark = pytest.mark.django_db


@pytest.fixture
def fake(settings: Any) -> Iterator[Fake]:
    made = Fake()
    with made.server:
        settings.PROVIDER_BASE_URLS = dict(made.base_urls())
        yield made


@pytest.fixture
def channel(fake: Fake, db: None) -> Channel:
    return fake.channel(factories.organization())


def post(channel: Channel, told: Any, route: str = "messages", token: str = "") -> Any:
    secret = token or str(channel.secrets["token"])
    headers = {"Authorization": f"Bearer {secret}"}
    response = bring(channel, Webhook(json.dumps(told).encode(), headers, route=route))
    run_until_idle()
    return response


MESSAGE = {"id": "m-1", "contact": {"id": "cust-1", "name": "Ann"}, "text": "Hello"}


def messages(channel: Channel) -> list[Message]:
    rows = Message.objects.within(channel.organization_id).filter(channel=channel)
    return list(rows.select_related("item__conversation").order_by("item__seq"))


def test_a_token_opens_the_channel_unless_it_wants_signatures(channel: Channel) -> None:
    assert post(channel, MESSAGE, token="x" * 40).status_code == 403
    answer = post(channel, MESSAGE)
    assert (answer.status_code, answer.json()) == (202, {"status": "accepted"})
    assert [message.text for message in messages(channel)] == ["Hello"]
    channel.config["proof"] = "signature"
    channel.save()
    assert post(channel, MESSAGE).status_code == 403
    assert Channel.objects.within(channel.organization_id).get(pk=channel.pk).secrets["token"] not in repr(
        answer
    )


def test_a_signature_opens_nothing_where_a_token_is_wanted(fake: Fake, channel: Channel) -> None:
    channel.config["proof"] = "token"
    channel.save()
    webhook = fake.signed(channel, fake.webhook(channel, [fake.message(channel, "first")]))
    assert bring(channel, webhook).status_code == 403


def test_files_may_come_inside_the_request(channel: Channel) -> None:
    data = base64.b64encode(b"the bytes").decode()
    post(channel, MESSAGE | {"attachments": [{"name": "a.txt", "type": "text/plain", "data": data}]})
    (message,) = messages(channel)
    assert attachments.read(message.item.attachments.get()) == b"the bytes"
    post(channel, MESSAGE | {"id": "m-2", "attachments": [{"name": "a.txt", "data": "not base64!"}]})
    assert len(messages(channel)) == 1


def test_customers_of_two_channels_are_two_people(fake: Fake, channel: Channel) -> None:
    other = fake.channel(channel.organization, 2)
    post(channel, MESSAGE)
    post(other, MESSAGE)
    authors = [messages(one)[0].item.author_identity for one in (channel, other)]
    assert len({author.contact_id for author in authors if author}) == 2


def test_an_address_that_the_system_has_checked_names_a_known_person(channel: Channel) -> None:
    known = factories.identity(
        factories.contact(channel.organization, "Ann Known"), "email", "ann@example.test"
    )
    person = {"id": "cust-1", "email": "Ann@example.test", "phone": "+15550100"}
    told = {"id": "m-1", "text": "Hello", "contact": person}
    post(channel, told)
    first = messages(channel)[0].item.author_identity
    assert first is not None and first.contact_id != known.contact_id
    channel.config["trusts_addresses"] = True
    channel.save()
    post(channel, told | {"id": "m-2", "contact": person | {"id": "cust-2"}})
    second = messages(channel)[1].item.author_identity
    assert second is not None and second.contact_id == known.contact_id
    kinds = {row.kind for row in known.contact.identities.all()}
    assert kinds == {"email", "phone", "api"}


def test_the_system_is_told_all_it_needs(fake: Fake, channel: Channel) -> None:
    post(channel, MESSAGE | {"thread": "order-9"})
    (said,) = messages(channel)
    agent = factories.agent(channel.organization)
    viewer = factories.viewer(agent, channel.organization)
    file = attachments.create(channel.organization, "a.txt", "text/plain", b"hi", uploaded_by=agent)
    draft = actions.Draft(text="See this.", attachment_ids=[file.pk], reply_to=said.pk)
    actions.reply(viewer, said.item.conversation_id, draft)
    run_until_idle()
    assert isinstance(fake.server, System)
    (asked,) = fake.server.requests
    told = asked.json()["data"]
    assert (told["thread"], told["contact"]["id"], told["reply_to"]) == ("thread:order-9", "cust-1", "m-1")
    assert (told["text"], told["agent"]) == ("See this.", str(agent))
    assert told["attachments"][0]["url"].startswith("http")
    delivery = Delivery.objects.within(channel.organization_id).get()
    assert asked.headers["webhook-id"] == str(delivery.pk)
    assert delivery.provider_id == f"sys-{delivery.pk}"


def test_without_a_url_answers_wait_in_the_hub(channel: Channel) -> None:
    del channel.config["webhook_url"]
    channel.save()
    post(channel, MESSAGE)
    (said,) = messages(channel)
    viewer = factories.viewer(factories.agent(channel.organization), channel.organization)
    actions.reply(viewer, said.item.conversation_id, actions.Draft(text="Fetch this."))
    run_until_idle()
    delivery = Delivery.objects.within(channel.organization_id).get()
    assert delivery.status == "sent" and "API" in delivery.detail


def test_nobody_is_written_to_who_said_no(channel: Channel) -> None:
    post(channel, MESSAGE)
    post(channel, {"type": "consent", "contact": {"id": "cust-1"}, "allowed": False}, "events")
    (said,) = messages(channel)
    viewer = factories.viewer(factories.agent(channel.organization), channel.organization)
    with pytest.raises(Invalid, match="no more messages"):
        actions.reply(viewer, said.item.conversation_id, actions.Draft(text="But…"))
    post(channel, {"type": "consent", "contact": {"id": "cust-1"}, "allowed": True}, "events")
    actions.reply(viewer, said.item.conversation_id, actions.Draft(text="Thank you."))


@pytest.mark.parametrize(
    "config, secrets, wrong",
    [
        ({}, {}, "token"),
        ({}, {"token": "short"}, "token"),
        ({"proof": "signature"}, {"token": "x" * 24}, "signing_secret"),
        ({}, {"signing_secret": "whsec_short"}, "signing_secret"),
        ({"webhook_url": "ftp://a.example"}, {"token": "x" * 24}, "webhook_url"),
        ({"files": 51}, {"token": "x" * 24}, "files"),
        ({"reply_window_hours": "24"}, {"token": "x" * 24}, "reply_window_hours"),
    ],
)
def test_settings_that_cannot_work_are_refused(config: Any, secrets: Any, wrong: str) -> None:
    with pytest.raises(InvalidSettings) as refused:
        registry.connector("api").clean("", config, secrets)
    assert wrong in refused.value.errors


def test_a_test_pings_the_system(fake: Fake, channel: Channel) -> None:
    connector = registry.connector("api")
    assert [check.ok for check in connector.test(channel)] == [True]
    fake.server.fail(500)
    (check,) = connector.test(channel)
    assert check.ok is False and "500" in check.detail
    channel.config["webhook_url"] = "http://10.0.0.1/inner"
    (check,) = connector.test(channel)
    assert check.ok is False and "may not" in check.detail
