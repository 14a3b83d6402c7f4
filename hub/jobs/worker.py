"""Works the jobs off: some threads that run them, and one that claims, keeps leases alive and ticks timers.

Claims are made in batches because each is a commit. A batch is larger than the number of free threads only
while jobs are short: a job claimed early must not wait here while another process could run it.
"""

from __future__ import annotations

import secrets
import threading
import time
from collections import defaultdict, deque
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

import structlog
from django.db import DatabaseError, InterfaceError, connection, connections

from hub import clock
from hub.jobs import leases, names, waking
from hub.jobs.errors import LeaseLost
from hub.jobs.execution import Outcome, batch_size, execute, execute_together
from hub.jobs.schedules import Ticker
from hub.models.jobs import Job

log = structlog.get_logger("hub.jobs")

LEASE = 30.0
POLL = 0.5
"""Seconds between two looks at the table when nobody calls; one cheap read each."""

RESCUE = 1.0
"""Seconds between two looks for expired leases and due timers."""

AHEAD_SECONDS = 0.1
"""Claim ahead as much work as the threads do in this time…"""

AHEAD_EACH = 20
"""…but no more than this many jobs a thread."""

GATHER = 0.05
"""A batch that is not full begins this many seconds after the one before it: further jobs may come."""

STALE = 2.0
"""A claim that found no thread for this many seconds goes back to the table."""

LONGEST_BACKOFF = 5.0


@dataclass(frozen=True, slots=True)
class _Run:
    """What a thread is busy with: since when, and the task whose batch it is, if it is one."""

    began: float
    batch_of: str


class Worker:
    """Runs jobs in threads of this process from `start` to `stop`; can be started again after that.

    `queues` None serves every queue. `lease` is in seconds: a job of a worker that died is taken over
    within a second or so of its end.
    """

    def __init__(
        self, *, queues: Collection[str] | None = None, threads: int = 4, lease: float = LEASE, name: str = ""
    ) -> None:
        self.claimant = leases.Claimant(f"{name or names.prefix()}-{secrets.token_hex(4)}", lease, queues)
        names.remember(self.claimant.name)
        self._size = threads
        self._changed = threading.Condition()
        self._wake = threading.Event()
        self._reset()

    def _reset(self) -> None:
        self._buffer: deque[tuple[float, Job]] = deque()
        self._held: dict[int, Job] = {}
        self._runs: dict[int, _Run] = {}
        self._batch_ended: dict[str, float] = {}
        self._average = AHEAD_SECONDS / 4
        self._has_looked_back = False
        self._ticker = Ticker()
        self._next_beat = self._next_rescue = 0.0
        self._is_paused = self._is_stopping = False
        self._is_over = threading.Event()
        self._runners: list[threading.Thread] = []

    def start(self) -> None:
        """Start the threads; returns at once and raises nothing, even without a database."""
        self._reset()
        self._dispatcher = self._thread(self._dispatch, "jobs-dispatcher")
        self._runners = [self._thread(self._work, f"jobs-{number}") for number in range(1, self._size + 1)]
        waking.subscribe(self._wake.set)
        for thread in (self._dispatcher, *self._runners):
            thread.start()

    def pause(self) -> None:
        """Claim and begin nothing any more; hand back what was claimed and not begun."""
        with self._changed:
            self._is_paused = True
        self._wake.set()

    def stop(self, seconds: float = 15.0) -> bool:
        """Pause, let the running jobs finish, end the threads; false if some still ran after `seconds`.

        Leases are kept alive meanwhile. A job that is cut off is taken over when its lease runs out.
        """
        deadline = time.monotonic() + seconds
        self.pause()
        with self._changed:
            self._is_stopping = True
            self._changed.notify_all()
        _join(self._runners, deadline)
        self._is_over.set()
        self._wake.set()
        _join([self._dispatcher], max(deadline, time.monotonic() + 0.5))
        waking.unsubscribe(self._wake.set)
        is_clean = not any(thread.is_alive() for thread in (self._dispatcher, *self._runners))
        log.info("worker_stopped", worker=self.claimant.name, clean=is_clean, cut_off=len(self._held))
        return is_clean

    @staticmethod
    def _thread(target: Callable[[], None], name: str) -> threading.Thread:
        return threading.Thread(target=target, name=name, daemon=True)

    # What the dispatcher thread does.

    def _dispatch(self) -> None:
        failures = 0
        while not self._is_over.is_set():
            try:
                pause, failures = self._round(), 0
            except Exception as error:  # noqa: BLE001  the worker loop is an edge: it outlives its database
                failures += 1
                _report("worker_round_failed", error)
                self._is_over.wait(_backoff(failures))
                continue
            self._wake.wait(pause)
            self._wake.clear()
        self._close(self._hand_back)

    def _round(self) -> float:
        """Do what is due; returns the seconds until there may be something again."""
        now = time.monotonic()
        if now >= self._next_beat:
            self._extend()
            self._next_beat = now + self.claimant.lease / 3
        self._hand_back()
        if self._is_paused:
            return POLL
        if now >= self._next_rescue:
            self._look_back()
            self._ticker.tick()
            self._next_rescue = now + (0.0 if self._rescue() else RESCUE)
        return self._claim()

    def _look_back(self) -> None:
        """At the start, let go at once of what a process of this machine held when it was killed."""
        if not self._has_looked_back and connection.vendor == "sqlite":
            leases.expire([name for name in leases.holders() if names.is_dead(name)])
        self._has_looked_back = True

    def _extend(self) -> None:
        with self._changed:
            held = list(self._held.values())
        if held:
            leases.extend(self.claimant, held)

    def _hand_back(self) -> None:
        """Return claims that wait for a thread too long, or all of them in a pause."""
        oldest = time.monotonic() - STALE
        with self._changed:
            stale = [job for since, job in self._buffer if self._is_paused or since < oldest]
            self._buffer = deque((since, job) for since, job in self._buffer if job not in stale)
        for job in stale:
            try:
                leases.hand_back(job)
            except LeaseLost:
                log.warning("job_lease_lost", job=job.pk, task=job.name, attempt=job.attempts)
            finally:
                self._forget(job)

    def _rescue(self) -> bool:
        """Take over jobs of dead workers, and give up those that kill; whether there may be more."""
        if not leases.has_expired():
            return False
        for job in leases.bury():
            log.error("job_dead", job=job.pk, task=job.name, kills=job.kills, attempts=job.attempts)
        room = self._room()
        if not room:
            return True
        with self._changed:
            has_suspect = any(job.kills > 1 for job in self._held.values())
        jobs = leases.take_over(self.claimant, room, suspects=not has_suspect)
        for job in jobs:
            log.warning("job_taken_over", job=job.pk, task=job.name, kills=job.kills)
        self._add(jobs)
        return bool(jobs) or has_suspect

    def _claim(self) -> float:
        room = self._room()
        if not room:
            return POLL
        now = clock.now()
        levels = leases.outlook(self.claimant)
        due = [level for level in levels if level.first_at <= now]
        jobs = leases.claim(self.claimant, due, room) if due else []
        self._add(jobs)
        if jobs and len(jobs) == room:
            return 0.0
        coming = [(level.first_at - now).total_seconds() for level in levels if level.first_at > now]
        return min([POLL, *coming])

    def _room(self) -> int:
        """How many jobs to claim now; 0 while enough of them wait here."""
        with self._changed:
            ahead = self._ahead()
            if len(self._buffer) > ahead // 2:
                return 0
            return max(0, self._size + ahead - len(self._held))

    def _ahead(self) -> int:
        """How many jobs beyond the free threads are worth claiming."""
        slow_since = time.monotonic() - AHEAD_SECONDS
        quick = self._size - sum(run.began < slow_since for run in self._runs.values())
        each = AHEAD_EACH if self._average <= AHEAD_SECONDS / AHEAD_EACH else AHEAD_SECONDS / self._average
        return int(quick * each)

    def _add(self, jobs: list[Job]) -> None:
        now = time.monotonic()
        with self._changed:
            self._buffer.extend((now, job) for job in jobs)
            self._held.update((job.pk, job) for job in jobs)
            self._changed.notify(len(jobs))

    # What the threads that run jobs do.

    def _work(self) -> None:
        while jobs := self._next():
            began = time.monotonic()
            self._run(jobs)
            self._average += 0.1 * ((time.monotonic() - began) / len(jobs) - self._average)
        self._close()

    def _run(self, jobs: Sequence[Job]) -> None:
        """Run a job, or several in one go and then alone what did not get done that way."""
        left = execute_together(jobs, lambda: self._is_paused) if len(jobs) > 1 else jobs
        self._forget(*(job for job in jobs if job not in left))
        for job in left:
            _mend_connection()
            if _is_leased(job):
                self._settle(job, execute(job, lambda: self._is_paused))
            self._forget(job)

    def _next(self) -> list[Job]:
        """Wait for what this thread is to run; empty when the worker stops."""
        with self._changed:
            ended = self._runs.pop(threading.get_ident(), None)
            if ended:
                self._batch_ended[ended.batch_of] = time.monotonic()
            while not self._is_stopping:
                jobs = self._pick()
                if jobs:
                    batch_of = jobs[0].name if batch_size(jobs[0]) > 1 else ""
                    self._runs[threading.get_ident()] = _Run(time.monotonic(), batch_of)
                    return jobs
                self._changed.wait(GATHER if self._buffer and not self._is_paused else None)
        return []

    def _pick(self) -> list[Job]:
        """Take the first job that may begin out of the buffer, and those that run in one go with it.

        While a batch of a task is being run, and for a moment after, further jobs of the task gather here
        until they fill another: one transaction for many costs hardly more than one for few.
        """
        self._drop_expired()
        gather_since = time.monotonic() - GATHER
        gathering = {run.batch_of for run in self._runs.values()}
        gathering.update(name for name, ended in self._batch_ended.items() if ended > gather_since)
        gathered: defaultdict[str, list[Job]] = defaultdict(list)
        for _, job in self._buffer:
            if batch_size(job) > 1:
                gathered[job.name].append(job)
        for _, job in () if self._is_paused else self._buffer:
            size = batch_size(job)
            jobs = [job] if size == 1 else gathered[job.name][:size]
            if size == 1 or len(jobs) == size or job.name not in gathering:
                taken = {job.pk for job in jobs}
                self._buffer = deque(entry for entry in self._buffer if entry[1].pk not in taken)
                return jobs
        return []

    def _drop_expired(self) -> None:
        """Forget claims whose lease ran out while they waited here; others may have taken them over."""
        expired = [job.pk for _, job in self._buffer if not _is_leased(job)]
        if expired:
            self._buffer = deque(entry for entry in self._buffer if entry[1].pk not in expired)
            for key in expired:
                self._held.pop(key, None)

    def _settle(self, job: Job, settle: Callable[[], Outcome]) -> None:
        """Write down how the job ended, as often as it takes while the lease lasts."""
        failures = 0
        while _is_leased(job):
            try:
                _mend_connection()
                settle()
            except Exception as error:  # noqa: BLE001  the worker loop is an edge: it outlives its database
                failures += 1
                _report("job_settling_failed", error)
                if self._is_over.wait(_backoff(failures)):
                    return
            else:
                return

    def _forget(self, *jobs: Job) -> None:
        with self._changed:
            for job in jobs:
                self._held.pop(job.pk, None)
            is_hungry = len(self._buffer) <= self._ahead() // 2
        if is_hungry:
            self._wake.set()

    @staticmethod
    def _close(last: Callable[[], None] = lambda: None) -> None:
        try:
            last()
        except Exception as error:  # noqa: BLE001  what cannot be handed back now is taken over later
            _report("worker_close_failed", error)
        connections.close_all()


def run_until_idle(deadline: float = 10.0, queues: Collection[str] | None = None) -> int:
    """Run every due job in this thread, and what these enqueue, until none is due; for tests.

    Returns how many runs that were. Raises `TimeoutError` after `deadline` seconds.
    """
    end = time.monotonic() + deadline
    claimant = leases.Claimant(f"idle-{secrets.token_hex(4)}", max(LEASE, deadline), queues)
    runs = 0
    while jobs := leases.claim(claimant, leases.outlook(claimant), 1):
        if more := batch_size(jobs[0]) - 1:
            jobs += leases.claim(claimant, leases.outlook(claimant), more)
        for together in _in_batches(jobs):
            for job in execute_together(together) if len(together) > 1 else together:
                execute(job)()
        runs += len(jobs)
        if time.monotonic() > end:
            raise TimeoutError(f"jobs still due after {deadline:g} s and {runs} runs")
    return runs


def _in_batches(jobs: Sequence[Job]) -> list[list[Job]]:
    """Jobs in their order, neighbours of one task put together where it takes batches."""
    batches: list[list[Job]] = []
    for job in jobs:
        last = batches[-1][0] if batches else None
        if last is not None and last.name == job.name and min(batch_size(last), batch_size(job)) > 1:
            batches[-1].append(job)
        else:
            batches.append([job])
    return batches


def _is_leased(job: Job) -> bool:
    return job.lease_until is not None and job.lease_until > clock.now()


def _join(threads: Collection[threading.Thread], deadline: float) -> None:
    for thread in threads:
        thread.join(max(0.0, deadline - time.monotonic()))


def _backoff(failures: int) -> float:
    return min(LONGEST_BACKOFF, 0.1 * 2 ** min(failures, 10))


def _mend_connection() -> None:
    """Drop this thread's connection if it broke, so that the next statement opens a new one."""
    if connection.errors_occurred and not connection.in_atomic_block:
        if not connection.is_usable():
            connection.close()
        connection.errors_occurred = False


def _report(event: str, error: Exception) -> None:
    if isinstance(error, DatabaseError | InterfaceError):
        log.warning(event, reason=type(error).__name__)
    else:
        log.error(event, exc_info=error)
    if not connection.in_atomic_block:
        connection.close()
