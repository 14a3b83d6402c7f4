"""What the tests of routing share."""

from collections.abc import Iterator

import pytest

from realtime import presence
from tests.inbox.routing.floor import Floor


@pytest.fixture(autouse=True)
def _known_for_long(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the store of presence know everybody, as it does half a minute after a start."""
    monkeypatch.setattr(type(presence.store()), "knows_since", lambda self: 60.0)


@pytest.fixture
def floor(db: None) -> Iterator[Floor]:
    """A floor with one queue that is open to all, and a clock that is held."""
    with Floor.open() as made:
        yield made
