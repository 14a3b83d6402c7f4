"""Tasks whose effects can be counted, in a table that only these tests have."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

from django.db import connection

from hub.jobs import Retry, RunningJob, finish, task
from hub.transaction import unit

_COLUMN = {"sqlite": "integer primary key autoincrement", "postgresql": "bigserial primary key"}


def create_table() -> None:
    """Make the table of effects anew."""
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS job_effect")
        cursor.execute(f"CREATE TABLE job_effect (id {_COLUMN[connection.vendor]}, name varchar(80))")


def drop_table() -> None:
    """Remove the table of effects."""
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS job_effect")


def add(name: str) -> None:
    """Record one effect in the open transaction."""
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO job_effect (name) VALUES (%s)", [name])


def names() -> list[str]:
    """The names of the committed effects, in their order."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM job_effect ORDER BY id")
        return [name for (name,) in cursor.fetchall()]


@task("test.effect")
def effect(name: str) -> None:
    """Have one effect."""
    add(name)


@task("test.linger", atomic=False)
def linger(job: RunningJob, name: str, seconds: float) -> None:
    """Take some time outside of any transaction, then have one effect."""
    time.sleep(seconds)
    with unit():
        add(name)
        job.finish()


@task("test.started", atomic=False)
def started(job: RunningJob, name: str, seconds: float) -> None:
    """Show that the job began, take some time, then have one effect."""
    with unit():
        add(f"{name} began in {os.getpid()}")
    time.sleep(seconds)
    with unit():
        add(name)
        job.finish()


@task("test.poison", max_attempts=50)
def poison(log: str) -> None:
    """Kill the whole process, after a note in a file."""
    with Path(log).open("a") as file:
        file.write(f"{os.getpid()}\n")
    os.kill(os.getpid(), signal.SIGKILL)


@task("test.fail", max_attempts=3)
def fail(name: str) -> None:
    """Have an effect and fail: nothing of it may stay."""
    add(name)
    raise ValueError("as ordered")


@task("test.together", atomic=False, batch=20)
def together(jobs: list[RunningJob]) -> None:
    """Have the jobs' effects in one transaction; one of them may fail, or wait, at its place."""
    with unit():
        for job in jobs:
            add(f"{job.payload['name']} of {len(jobs)}")
            if job.payload.get("fails"):
                raise ValueError("as ordered")
            if log := job.payload.get("kills"):
                poison(log)
        finish(jobs)


@task("test.retry", max_attempts=2)
def retry(after: float, counts: bool) -> None:
    """Ask for another attempt."""
    raise Retry(after, "busy", counts=counts)


@task("test.forgetful", atomic=False)
def forgetful(job: RunningJob, name: str) -> None:
    """Return without finishing the job."""
    with unit():
        add(name)
