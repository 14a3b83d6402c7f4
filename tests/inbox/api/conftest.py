"""A world for each test of the API."""

import pytest

from tests.inbox.api import world as worlds
from tests.inbox.api.world import Caller, World


@pytest.fixture
def world(db: None) -> World:
    return worlds.build()


@pytest.fixture
def other(db: None) -> World:
    """Another organization, of whom nobody in `world` may know."""
    return worlds.build("Globex")


@pytest.fixture
def api(world: World) -> Caller:
    """An agent of `world`."""
    return world.api()
