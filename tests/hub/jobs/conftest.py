"""The table of effects, and worker processes on the test database."""

from collections.abc import Iterator

import pytest

from tests.hub.jobs import effects
from tests.hub.jobs.worker_process import WorkerProcesses, worker_processes


@pytest.fixture
def effect_table(transactional_db: None) -> Iterator[None]:
    """A committed, empty table of effects."""
    effects.create_table()
    yield
    effects.drop_table()


@pytest.fixture
def workers(effect_table: None) -> Iterator[WorkerProcesses]:
    """A place to start worker processes in."""
    with worker_processes() as processes:
        yield processes
