"""The supervisor, driven as a real process with real signals."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import pytest

DRIVER = Path(__file__).with_name("supervised.py")
ROOT = DRIVER.parents[3]


class Process:
    """A driver process whose lines of output can be waited for."""

    def __init__(self, scenario: str) -> None:
        self.popen = subprocess.Popen(
            [sys.executable, str(DRIVER), scenario],
            env=os.environ | {"PYTHONPATH": str(ROOT)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.lines: list[str] = []

    def wait_for(self, text: str, times: int = 1) -> None:
        """Read on until `text` was seen so many times in all; the pytest timeout is the deadline."""
        while sum(text in line for line in self.lines) < times:
            line = self._out.readline()
            assert line, f"ended before {text!r}:\n{''.join(self.lines)}"
            self.lines.append(line)

    def finish(self, seconds: float = 20) -> int:
        """Read the rest; the exit code."""
        rest, _ = self.popen.communicate(timeout=seconds)
        self.lines += rest.splitlines(keepends=True)
        return self.popen.returncode

    def position(self, text: str) -> int:
        """The place of the first line with this text."""
        return next(place for place, line in enumerate(self.lines) if text in line)

    @property
    def _out(self) -> IO[str]:
        assert self.popen.stdout is not None
        return self.popen.stdout


@pytest.fixture
def processes() -> Iterator[list[Process]]:
    started: list[Process] = []
    yield started
    for process in started:
        process.popen.kill()
        process.popen.communicate()


def start(processes: list[Process], scenario: str) -> Process:
    process = Process(scenario)
    processes.append(process)
    return process


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_stops_entrances_before_workers_and_exits_0(processes: list[Process], number: int) -> None:
    process = start(processes, "calm")
    process.wait_for("up and running")
    process.popen.send_signal(number)
    assert process.finish() == 0
    order = ["web refuses", "worker refuses", "web stopped", "worker stopped"]
    places = [process.position(text) for text in order]
    assert max(places[:2]) < places[2] < places[3]


def test_a_crashed_service_comes_back_and_the_others_stay(processes: list[Process]) -> None:
    process = start(processes, "crash")
    process.wait_for("fragile started", times=3)
    process.popen.terminate()
    assert process.finish() == 0
    assert sum("web started" in line for line in process.lines) == 1
    assert any("service_crashed" in line for line in process.lines)


def test_a_service_that_cannot_start_stops_the_others_and_raises(processes: list[Process]) -> None:
    process = start(processes, "refused")
    assert process.finish() == 3
    assert process.lines[-1].strip() == "refused: port 1 is in use"
    assert process.position("web stopped") > process.position("web started")


def test_a_second_signal_ends_the_process_at_once(processes: list[Process]) -> None:
    process = start(processes, "stubborn")
    process.wait_for("up and running")
    process.popen.terminate()
    process.wait_for("stubborn is asked to stop")
    began = time.monotonic()
    process.popen.terminate()
    assert process.finish() == 128 + signal.SIGTERM
    assert time.monotonic() - began < 2


def test_a_service_that_never_stops_does_not_hold_up_the_exit(processes: list[Process]) -> None:
    process = start(processes, "stubborn")
    process.wait_for("up and running")
    began = time.monotonic()
    process.popen.terminate()
    assert process.finish(25) == 0
    assert time.monotonic() - began < 8


def test_a_thread_that_hangs_does_not_hold_up_the_exit(processes: list[Process]) -> None:
    process = start(processes, "hanging_thread")
    process.wait_for("up and running")
    began = time.monotonic()
    process.popen.terminate()
    assert process.finish() == 0
    assert time.monotonic() - began < 5
