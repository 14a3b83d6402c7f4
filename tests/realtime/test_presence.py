"""Presence: several windows of one agent, a lifetime after the last one, and what a crash leaves behind."""

import asyncio
import os
import time

import pytest
from channels.db import database_sync_to_async

from hub.models import AgentState, Organization, User
from inbox import absence
from inbox.actions.presence import set_presence
from realtime import presence
from realtime.claims import MemoryStore, Store
from realtime.claims_redis import RedisStore
from tests import factories
from tests.realtime.conftest import Connect

pytestmark = pytest.mark.django_db(transaction=True)

make = database_sync_to_async(lambda call, *arguments, **fields: call(*arguments, **fields))


def stores() -> list[Store]:
    url = os.environ.get("HUB_REDIS_URL")
    return [MemoryStore(), RedisStore(url, "test")] if url else [MemoryStore()]


@pytest.fixture
def short_lives(monkeypatch: pytest.MonkeyPatch) -> None:
    """A lifetime of a second, and a store of this test's own that has known everything for long."""
    monkeypatch.setattr(presence, "LIFETIME_SECONDS", 1.0)
    monkeypatch.setattr(presence, "BEAT_SECONDS", 0.2)
    store = MemoryStore()
    monkeypatch.setattr(store, "knows_since", lambda: 60.0)
    monkeypatch.setattr(presence, "store", lambda: store)


def said(of: Organization, user: User) -> str:
    return AgentState.objects.within(of).get(user=user, until__isnull=True).state


@pytest.mark.parametrize("store", stores(), ids=lambda store: type(store).__name__)
def test_a_claim_lives_until_it_is_given_back_or_runs_out(store: Store) -> None:
    key = f"here:{time.time_ns()}"
    store.hold([(key, "a/1"), (key, "a/2"), (key, "b/1")], 20)
    store.hold([(key, "b/2")], 0.05)
    store.release((key, "a/1"))
    deadline = time.monotonic() + 5
    while "b/2" in store.holders(key) and time.monotonic() < deadline:
        pass
    assert sorted(store.holders(key)) == ["a/2", "b/1"]
    assert store.holders("here:nobody") == []


def test_nobody_is_called_absent_by_a_store_that_has_just_begun(
    acme: Organization, amal: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(presence, "store", MemoryStore().__class__)
    set_presence(factories.viewer(amal, acme), "online")
    absence.retire_all()
    assert said(acme, amal) == "online"


async def test_an_agent_stays_while_one_window_is_open_and_goes_a_lifetime_after_the_last(
    acme: Organization, amal: User, connect: Connect, short_lives: None
) -> None:
    omar = await make(factories.agent, acme, "Omar")
    watcher = await connect(acme, omar)
    first, second = await connect(acme, amal), await connect(acme, amal)
    first.send(type="presence", state="online")
    await watcher.frame(type="presence", state="online")
    await first.leave()
    await asyncio.sleep(1.6)
    assert presence.present(acme.pk) == frozenset({str(amal.pk), str(omar.pk)})
    assert await make(said, acme, amal) == "online"
    left_at = asyncio.get_running_loop().time()
    await second.leave()
    gone = await watcher.frame(type="presence", agent_id=str(amal.pk), state="offline")
    assert gone["since"]
    assert asyncio.get_running_loop().time() - left_at >= 1.0
    assert await make(said, acme, amal) == "offline"


async def test_coming_back_in_time_changes_nothing(
    acme: Organization, amal: User, connect: Connect, short_lives: None
) -> None:
    first = await connect(acme, amal)
    first.send(type="presence", state="busy")
    await first.frame(type="presence", state="busy")
    await first.leave()
    await connect(acme, amal)
    await asyncio.sleep(1.6)
    assert await make(said, acme, amal) == "busy"


def test_agents_whose_process_died_are_found_by_the_clock(
    acme: Organization, amal: User, short_lives: None
) -> None:
    omar = factories.agent(acme, "Omar")
    for user in (amal, omar):
        set_presence(factories.viewer(user, acme), "online")
    presence.store().hold([(f"here:{acme.pk}", f"{omar.pk}/1")], 20)
    absence.retire_all()
    assert (said(acme, amal), said(acme, omar)) == ("offline", "online")
