"""The checks behind /readyz and `hub check`, one by one."""

import asyncio
import socket
import threading
import time

import pytest
from django.test import override_settings

from hub import checks, health, registry
from hub.connector import Connector
from hub.health import Probe, Unready
from hub.messages import Health
from hub.models import Channel
from tests import factories


@override_settings(REDIS_URL="redis://127.0.0.1:1/0")
def test_a_redis_that_is_set_and_away_is_a_reason() -> None:
    with pytest.raises(Unready, match="cannot be reached"):
        health.check_redis()


def test_a_check_that_hangs_is_a_finding_and_is_not_started_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "PATIENCE_SECONDS", 0.1)
    release, started = threading.Event(), []

    def hang() -> str:
        started.append(True)
        release.wait(10)
        return "back"

    async def ask_twice() -> list[health.Result]:
        probe = Probe("slow", hang)
        results = [await probe.result(), await probe.result()]
        release.set()
        async with asyncio.timeout(5):
            while not (result := await probe.result()).ok:
                await asyncio.sleep(0.01)
        return [*results, result]

    began = time.monotonic()
    first, second, third = asyncio.run(ask_twice())
    assert time.monotonic() - began < 5
    assert (first.ok, second.ok, third.detail) == (False, False, "back")
    assert "no answer" in first.detail


@pytest.mark.django_db(transaction=True)
def test_readiness_waits_for_what_is_held() -> None:
    health.hold("demo", "the demo data is being loaded")
    try:
        assert not all(result.ok for result in asyncio.run(health.readiness()))
    finally:
        health.release("demo")
    assert all(result.ok for result in asyncio.run(health.readiness()))


class Locked(Connector):
    """A channel whose health needs its secrets."""

    kind = "locked"
    label = "Locked"

    def health(self, channel: Channel) -> Health:
        return Health(ok=bool(channel.secrets))


@pytest.mark.django_db
def test_a_channel_whose_secrets_do_not_open_names_the_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "connectors", lambda: {"locked": Locked()})
    made = factories.channel(factories.organization(), "locked", secrets={"password": "x"})
    channel = Channel.objects.unscoped("as hub check does").get(pk=made.pk)
    with override_settings(ENCRYPTION_KEYS={"other": bytes(32)}), pytest.raises(Unready) as found:
        checks.check_channel(channel)
    assert "HUB_ENCRYPTION_KEYS" in str(found.value)


@pytest.mark.django_db
def test_a_channel_without_its_connector_is_wrong() -> None:
    channel = factories.channel(factories.organization(), "semaphore", name="Loft")
    with pytest.raises(Unready, match="Loft: no connector of kind 'semaphore'"):
        checks.check_channel(channel)


def test_a_port_of_somebody_else_is_wrong() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        with override_settings(HOST="127.0.0.1", SMTP_PORT=port), pytest.raises(Unready):
            checks.check_port("smtp")


@override_settings(MEDIA_DIR="/proc/nowhere")
def test_a_folder_that_cannot_be_written_is_wrong() -> None:
    with pytest.raises(Unready, match="/proc/nowhere"):
        checks.check_storage()
