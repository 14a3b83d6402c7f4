"""Who of the machine's workers is known to be dead."""

import os
import socket
import subprocess
import sys

from hub.jobs import names
from hub.jobs.worker import Worker

HOST = socket.gethostname()[:40]


def _ended_process() -> int:
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


def test_a_process_of_this_machine_that_is_gone_is_dead() -> None:
    assert names.is_dead(f"{HOST}-{_ended_process()}-abcd")


def test_one_that_lives_or_is_elsewhere_or_unreadable_is_not() -> None:
    for name in (
        f"{HOST}-{os.getppid()}-abcd",
        f"elsewhere-{_ended_process()}-abcd",
        f"{HOST}-x-abcd",
        f"{HOST}-99999999999999999999-abcd",
        "idle-abcd",
        "",
    ):
        assert not names.is_dead(name), name


def test_our_own_number_is_dead_unless_it_is_ours() -> None:
    """After a restart a container's process often has the number that its predecessor had."""
    assert not names.is_dead(Worker().claimant.name)
    assert names.is_dead(f"{HOST}-{os.getpid()}-abcd")
