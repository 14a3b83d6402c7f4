"""The demo data: it loads once, is the same the second time, and is as tidy as a hub in daily use."""

import json
import stat
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.test import override_settings
from pytest_django import DjangoDbBlocker

from hub import registry
from hub.clock import held_at, now
from hub.jobs.worker import run_until_idle
from hub.models import (
    ACTIVE,
    AgentSkill,
    AgentState,
    ApiToken,
    CapacityPolicy,
    Contact,
    Conversation,
    Counter,
    Delivery,
    DeliveryStatus,
    Identity,
    Job,
    Membership,
    Message,
    Offer,
    Organization,
    Queue,
    StateReason,
    Status,
    User,
    WorkItem,
)
from inbox import counters, demo, outbox, roster
from inbox.actions import set_presence
from inbox.demo import stories
from inbox.routing import timers
from realtime import presence
from tests import factories

LANGUAGES = {
    "acme": {"ar", "de", "en", "es", "fr", "he", "hi", "it", "ja", "nl", "pl", "pt", "tr", "zh"},
    "globex": {"ar", "de", "en", "es", "fr", "he", "hi", "it", "ja", "pt", "tr", "zh"},
}
UNFINISHED = {
    "acme": {Status.OPEN: 19, Status.PENDING: 5, Status.SNOOZED: 4, Status.NEW: 5},
    "globex": {Status.OPEN: 9, Status.PENDING: 3, Status.SNOOZED: 2, Status.NEW: 3},
}

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def loaded(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Path]:
    """The demo, loaded for all tests of this module and rolled back after them; where demo.json is.

    Every story is told once: what is checked here does not depend on how often.
    """
    every = stories.of
    folder = tmp_path_factory.mktemp("demo")
    with (
        pytest.MonkeyPatch.context() as patch,
        override_settings(DATA_DIR=folder),
        django_db_blocker.unblock(),
        transaction.atomic(),
    ):
        patch.setattr(
            stories, "of", lambda cast: (story for story in every(cast) if story.key.endswith("-0"))
        )
        yield demo.load()
        transaction.set_rollback(True)


@pytest.fixture
def manifest(loaded: Path, db: None) -> dict[str, Any]:
    """What demo.json says of the demo."""
    content: dict[str, Any] = json.loads(loaded.read_text())
    return content


def test_the_manifest_has_what_the_contract_names(manifest: dict[str, Any], loaded: Path) -> None:
    """Scripts find addresses, sign-ins, tokens, channels and queues, and nobody else can read them."""
    assert stat.S_IMODE(loaded.stat().st_mode) == 0o600
    assert manifest["base_url"].startswith("http")
    assert set(manifest["smtp"]) == {"host", "port"}
    assert [entry["slug"] for entry in manifest["organizations"]] == ["acme", "globex"]
    for entry in manifest["organizations"]:
        assert {"id", "name", "users", "channels", "queues"} <= set(entry)
        assert set(entry["users"]) == {"admin", "supervisor", "agent", "agent2"}
        for user in entry["users"].values():
            assert User.objects.get(pk=user["id"], email=user["email"]).check_password(user["password"])
            assert ApiToken.objects.within(entry["id"]).filter(user_id=user["id"]).count() == 1
            assert user["api_token"]
        assert entry["channels"]["email"]["address"] == f"support@{entry['slug']}.test"
        assert {"id", "site_key", "identity_secret"} <= set(entry["channels"]["chat"])
        assert entry["queues"]["support"]["id"]
        assert entry["queues"]["phone"]["id"]


def test_a_second_load_changes_nothing(manifest: dict[str, Any]) -> None:
    """Ids, passwords and tokens stay, and no story is told twice."""
    before = Conversation.objects.unscoped("test").count(), Message.objects.unscoped("test").count()
    again = json.loads(demo.load().read_text())
    assert again == manifest
    assert (Conversation.objects.unscoped("test").count(), Message.objects.unscoped("test").count()) == before


def test_without_a_kind_of_channel_the_rest_is_told(
    loaded: Path, db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The demo loads with whichever connectors are there."""
    Conversation.objects.unscoped("test").all().delete()
    every = registry.connector_modules
    monkeypatch.setattr(
        registry,
        "connector_modules",
        lambda name: (found for found in every(name) if found[0] != "connectors.chat"),
    )
    content = json.loads(demo.load().read_text())
    channels = set(content["organizations"][0]["channels"])
    assert "email" in channels and "chat" not in channels
    assert Conversation.objects.unscoped("test").exists()


def test_an_interrupted_load_goes_on(manifest: dict[str, Any]) -> None:
    """What is missing of the stories is told by the next load."""
    acme = manifest["organizations"][0]["id"]
    conversations = Conversation.objects.within(acme)
    told = conversations.count()
    Message.objects.within(acme).filter(external_id="demo-letter-0-0").update(external_id="another")
    demo.load()
    assert conversations.count() == told + 1


@pytest.mark.parametrize("slug", ["acme", "globex"])
def test_what_is_unfinished(manifest: dict[str, Any], slug: str) -> None:
    """As many open, pending, snoozed and new conversations as a day brings; none of them a chat."""
    organization = Organization.objects.get(slug=slug)
    unfinished = Conversation.objects.within(organization).exclude(status=Status.RESOLVED)
    for status, number in UNFINISHED[slug].items():
        assert unfinished.filter(status=status).count() == number, status
    new = unfinished.filter(status=Status.NEW)
    assert not new.filter(assignee__isnull=False).exists()
    assert not new.filter(queue__isnull=False).exists()
    assert not unfinished.exclude(status=Status.NEW).filter(assignee__isnull=True).exists()
    assert (
        not Message.objects.within(organization)
        .filter(channel__kind="chat", item__conversation__in=unfinished)
        .exists()
    )
    assert all(
        until and until > now() + timedelta(hours=1)
        for until in unfinished.filter(status=Status.SNOOZED).values_list("snoozed_until", flat=True)
    )


def test_the_counters_are_true(manifest: dict[str, Any]) -> None:
    """Each counter equals what it counts."""
    for organization in Organization.objects.all():
        expected: dict[str, int] = {}
        for conversation in Conversation.objects.within(organization):
            for key in counters.keys(conversation):
                expected[key] = expected.get(key, 0) + 1
        kept = Counter.objects.within(organization).exclude(value=0).values_list("key", "value")
        assert dict(kept) == expected


def test_nothing_is_sent(manifest: dict[str, Any]) -> None:
    """Everything that agents said was delivered long ago, and no job waits to send it again."""
    assert not Job.objects.filter(name=outbox.DELIVER).exists()
    statuses = set(Delivery.objects.unscoped("test").values_list("status", flat=True))
    assert statuses == {DeliveryStatus.SENT, DeliveryStatus.READ}


@pytest.mark.parametrize("slug", ["acme", "globex"])
def test_every_language_is_there(manifest: dict[str, Any], slug: str) -> None:
    """Customers write in their languages, and every blank in the stories was filled."""
    organization = Organization.objects.get(slug=slug)
    contacts = Contact.objects.within(organization)
    assert set(contacts.values_list("locale", flat=True)) == LANGUAGES[slug]
    assert not Message.objects.within(organization).filter(text__regex=r"[{}]").exists()
    assert not Conversation.objects.within(organization).filter(subject__regex=r"[{}]").exists()


def test_one_contact_for_all_addresses_of_a_person(manifest: dict[str, Any]) -> None:
    """Whoever goes on by another channel stays the same contact."""
    for identity in Identity.objects.unscoped("test").filter(kind="visitor"):
        mail = identity.value.removeprefix("demo-")
        by_mail = Identity.objects.within(identity.organization_id).filter(kind="email", value=mail)
        assert all(other.contact_id == identity.contact_id for other in by_mail)


def test_it_happened_in_the_past(manifest: dict[str, Any]) -> None:
    """Nothing was said in the future, unfinished conversations are of the last days."""
    conversations = Conversation.objects.unscoped("test")
    assert not conversations.filter(last_activity_at__gt=now()).exists()
    assert (
        not conversations.filter(status__in=ACTIVE, last_activity_at__lt=now() - timedelta(days=2))
        .exclude(status=Status.SNOOZED)
        .exists()
    )


@pytest.mark.parametrize("slug", ["acme", "globex"])
def test_nothing_waits_to_be_offered_and_nobody_holds_a_chat(manifest: dict[str, Any], slug: str) -> None:
    """The work of the past is settled, or rests with whom it was given to."""
    organization = Organization.objects.get(slug=slug)
    work = WorkItem.objects.within(organization).select_related("conversation")
    assert work.filter(is_over=True).exists()
    for row in work.filter(is_over=False):
        conversation = row.conversation
        is_in_hand = conversation.status == Status.OPEN and conversation.waiting_since is not None
        assert row.state == ("active" if is_in_hand else "parked"), conversation.subject
        assert (row.kind, row.timer_at) == ("email", None)
        assert conversation.assignee_id == row.assignee_id is not None
    assert not Offer.objects.within(organization).filter(status="pending").exists()
    said = AgentState.objects.within(organization).values_list("state", flat=True)
    assert set(said) == {"offline"}


def test_what_agents_hold_stays_theirs_while_they_are_away(manifest: dict[str, Any]) -> None:
    """An hour after the start, and with nobody there, everything is as the stories left it."""
    assigned = Conversation.objects.unscoped("test").filter(assignee__isnull=False, is_active=True)
    before = assigned.count()
    with held_at(now() + timedelta(hours=3)):
        timers.sweep()
        timers.upkeep()
        run_until_idle(60, queues=["routing"])
    assert assigned.count() == before
    assert not WorkItem.objects.unscoped("test").filter(state__in=("queued", "offered")).exists()


def test_nothing_is_offered_when_agents_come(manifest: dict[str, Any]) -> None:
    """The engine finds nothing to do, however long it looks."""
    acme = Organization.objects.get(slug="acme")
    people = [row.user for row in Membership.objects.within(acme).select_related("user")]
    presence.store().hold([(f"here:{acme.pk}", f"{person.pk}/1") for person in people], 3600)
    for person in people:
        set_presence(factories.viewer(person, acme), "online")
    timers.sweep()
    timers.upkeep()
    run_until_idle(60, queues=["routing"])
    assert not Offer.objects.within(acme).filter(expires_at__isnull=False).exists()
    admin = next(row.user for row in Membership.objects.within(acme) if row.role == "administrator")
    agents = roster.agents(factories.viewer(admin, acme))
    assert max(row["capacity"]["used"] for row in agents) <= 100


def test_the_demo_shows_what_routing_can_do(manifest: dict[str, Any]) -> None:
    """Skills with levels, a default and a part-time capacity policy, reasons; `support` is everybody's."""
    for organization in Organization.objects.all():
        support = Queue.objects.within(organization).get(key="support")
        assert (support.is_open_to_all, support.handing) == (True, "offer")
        assert AgentSkill.objects.within(organization).count() >= 4
        assert CapacityPolicy.objects.within(organization).filter(is_default=True).count() == 1
        assert StateReason.objects.within(organization).filter(name="Lunch", takes=[]).exists()
