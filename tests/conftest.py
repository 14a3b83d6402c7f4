"""What every test can ask for: a database that threads share, and the mark of the tests that use one."""

import os
from collections.abc import Iterator

import pytest
from django.core.cache import cache
from django.db import connections
from django.test import override_settings

from tests.demo_data import DemoData, shared
from tests.dovecot import Dovecot, missing
from tests.dovecot import dovecot as running_dovecot
from tests.environment import DATA_DIR, WORKER_NUMBER
from tests.hub_process import HubProcess

IS_ONE_OF_MANY = "PYTEST_XDIST_WORKER" in os.environ
DATABASE_FIXTURES = {"db", "transactional_db", "live_server", "hub_process", "demo"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark each test that uses the database as `database`."""
    for item in items:
        if DATABASE_FIXTURES.intersection(getattr(item, "fixturenames", ())) or item.get_closest_marker(
            "django_db"
        ):
            item.add_marker(pytest.mark.database)


@pytest.fixture(scope="session")
def django_db_modify_db_settings() -> None:
    """Name the test database after this process; SQLite's is a file, so that threads share it."""
    default = connections["default"].settings_dict
    if connections["default"].vendor == "sqlite":
        default["TEST"]["NAME"] = str(DATA_DIR / "test.sqlite3")
        default["OPTIONS"]["init_command"] = default["OPTIONS"]["init_command"].replace("=FULL", "=OFF")
    else:
        default["TEST"]["NAME"] = f"test_hub_{WORKER_NUMBER}"


@pytest.fixture(scope="session", autouse=True)
def _fast_passwords() -> Iterator[None]:
    """Hash test passwords cheaply; what is stored is still a hash."""
    with override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"]):
        yield


@pytest.fixture(autouse=True)
def _clean_cache() -> Iterator[None]:
    """Leave nothing in the cache for the next test."""
    yield
    cache.clear()


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DemoData]:
    """The demo data for hubs of a test's own; all test processes of this run share it."""
    folder = tmp_path_factory.getbasetemp()
    with shared(folder.parent if IS_ONE_OF_MANY else folder) as data:
        yield data


@pytest.fixture(scope="session")
def hub_process(demo: DemoData, tmp_path_factory: pytest.TempPathFactory) -> Iterator[HubProcess]:
    """A hub with demo data in a process of its own, for all tests of this process that ask for it."""
    with demo.hub(tmp_path_factory.mktemp("hub") / "data") as hub:
        yield hub


@pytest.fixture(scope="session")
def dovecot() -> Iterator[Dovecot]:
    """A Dovecot for all tests of this process; each takes users of its own. Skips where there is none."""
    if reason := missing():
        if os.environ.get("HUB_TEST_REQUIRE_SERVICES"):
            pytest.fail(f"{reason}, and HUB_TEST_REQUIRE_SERVICES is set.")
        pytest.skip(reason)
    with running_dovecot() as server:
        yield server
