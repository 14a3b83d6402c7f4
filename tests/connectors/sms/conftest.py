"""A running fake of the provider, and a channel at it."""

from collections.abc import Iterator
from typing import Any

import pytest

from connectors.sms.connector import SmsConnector
from hub import registry
from hub.models import Channel
from tests import factories
from tests.fakes.sms import Fake


@pytest.fixture
def fake(settings: Any) -> Iterator[Fake]:
    fake = Fake()
    with fake.server:
        settings.PROVIDER_BASE_URLS = fake.base_urls()
        yield fake


@pytest.fixture
def channel(fake: Fake) -> Channel:
    return fake.channel(factories.organization())


@pytest.fixture
def connector() -> SmsConnector:
    found = registry.connector("sms")
    assert isinstance(found, SmsConnector)
    return found
