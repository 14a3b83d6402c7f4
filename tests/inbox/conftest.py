"""What the inbox's tests share."""

import pytest

from tests.inbox.desk import Desk


@pytest.fixture
def desk(db: None) -> Desk:
    """A desk of an organization of its own."""
    return Desk.open()
