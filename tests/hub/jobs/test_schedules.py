"""Timers: each tick once, whatever the number of processes and restarts."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connections

from hub import clock
from hub.jobs import daily, every, schedules, task
from hub.jobs.schedules import Schedule, Ticker
from hub.models.jobs import Job, Timer

START = datetime(2026, 3, 1, 12, 0, 7, tzinfo=UTC)


def _nothing() -> None:
    """A handler that has no effect."""


@pytest.fixture(autouse=True)
def _own_schedules(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schedules, "_schedules", {})


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> "list[datetime]":
    """The time, as the one element of a list."""
    instant = [START]
    monkeypatch.setattr(clock, "now", lambda: instant[0])
    return instant


def _schedule(rule: str = "every") -> Schedule:
    sample = task("test.tick")(_nothing)
    (every(seconds=10) if rule == "every" else daily(at="03:30"))(sample)
    return schedules._schedules["test.tick"]


def test_every_ticks_at_multiples() -> None:
    assert _schedule().next_after(START) == START + timedelta(seconds=3)
    assert _schedule().next_after(START + timedelta(seconds=3)) == START + timedelta(seconds=13)


def test_daily_ticks_once_a_day() -> None:
    schedule = _schedule("daily")
    assert schedule.next_after(START) == datetime(2026, 3, 2, 3, 30, tzinfo=UTC)
    assert schedule.next_after(START.replace(hour=3)) == datetime(2026, 3, 1, 3, 30, tzinfo=UTC)


@pytest.mark.django_db
def test_of_two_processes_one_wins_a_tick(at: "list[datetime]") -> None:
    _schedule()
    tickers = [Ticker(), Ticker()]
    assert [ticker.tick() for ticker in tickers] == [0, 0]
    at[0] += timedelta(seconds=3)
    assert [ticker.tick() for ticker in tickers] == [1, 0]
    assert [ticker.tick() for ticker in tickers] == [0, 0]
    assert Job.objects.get().unique_key == "timer:test.tick"
    at[0] += timedelta(seconds=10)
    assert [ticker.tick() for ticker in reversed(tickers)] == [1, 0]


@pytest.mark.django_db
def test_ticks_missed_while_nothing_ran_become_one(at: "list[datetime]") -> None:
    _schedule()
    Ticker().tick()
    at[0] += timedelta(hours=1)
    restarted = Ticker()
    assert restarted.tick() == 1
    assert restarted.tick() == 0
    assert Timer.objects.get().next_at > at[0]


@pytest.mark.django_db
def test_a_shorter_rule_takes_effect_at_once(at: "list[datetime]") -> None:
    _schedule("daily")
    Ticker().tick()
    _schedule()
    ticker = Ticker()
    ticker.tick()
    at[0] += timedelta(seconds=3)
    assert ticker.tick() == 1


@pytest.mark.django_db(transaction=True)
def test_many_at_the_same_moment_enqueue_one_job(at: "list[datetime]") -> None:
    _schedule()
    tickers = [Ticker() for _ in range(6)]
    for ticker in tickers:
        ticker.tick()
    at[0] += timedelta(seconds=3)
    won: list[int] = []
    gate = threading.Barrier(6)

    def tick(ticker: Ticker) -> None:
        gate.wait()
        won.append(ticker.tick())
        connections.close_all()

    threads = [threading.Thread(target=tick, args=[ticker]) for ticker in tickers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(won) == [0, 0, 0, 0, 0, 1]
    assert Job.objects.count() == 1
