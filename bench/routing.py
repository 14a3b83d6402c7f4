"""A day on the floor in simulated time, through the real engine; and how fast the next one is asked.

`python -m bench.routing [AGENTS ITEMS]`; HUB_BENCH_ROUTING=full takes 200 agents and 20,000 items, which
takes a quarter of an hour. Messages come in, are accepted and settled by the inbox's own actions; the engine
runs as its jobs do, and is made to fail between two statements now and then. The simulation keeps books of
its own about who is here and what they hold, and compares every offer with them.
"""

import heapq
import itertools
import json
import os
import secrets
import statistics
import subprocess
import sys
import tempfile
import time
from base64 import b64encode
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from random import Random
from typing import Any

SMALL = (20, 120)
FULL = (200, 20_000)
WAITING = 10_000
ROUNDS = 150
SEED = 2030
BEGIN = datetime(2030, 3, 4, 8, 0, tzinfo=UTC)
DAY = 10 * 3600.0

CRASHES = 0.02
"""So many of the engine's runs fail at a random statement."""


def main(agents: int = 0, items: int = 0) -> None:
    """Simulate twice with the same seed, measure the full queue, and print the figures."""
    size = (agents, items) if items else FULL if os.environ.get("HUB_BENCH_ROUTING") == "full" else SMALL
    is_short = size[1] <= 500
    runs = [_inside("day", *size) for _ in range(2 if is_short else 1)]
    day = runs[0]
    print(
        f"routing, a day of {size[0]} agents and {size[1]:,} items: {day['lost']} lost,"
        f" {day['twice']} accepted twice, {day['wrong']} given to somebody offline or full (goal 0),"
        f" {day['crashes']} crashes,"
        f" {day['offers']:,} offers, {day['cpu']:.1f} ms CPU an item, median wait {day['wait']:.0f} s"
    )
    if len(runs) > 1:
        same = "the same" if runs[0]["digest"] == runs[1]["digest"] else "ANOTHER"
        print(f"routing, the same seed again: {same} result (goal the same)")
    figures = _inside("queue")
    print(
        f"routing, {WAITING:,} waiting: accept, settle and the next offer p99 {figures['p99']:.0f} ms CPU,"
        f" median {figures['median']:.0f} ms"
        f" (goal p99 ≤ 100, baseline reading the queue {figures['scan']:.0f} ms)"
    )


def _inside(what: str, *size: int) -> dict[str, Any]:
    """A part of the benchmark in a process and on a database of its own."""
    with tempfile.TemporaryDirectory(prefix="hub-bench-") as folder:
        environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "hub.settings",
            "HUB_DATA_DIR": folder,
            "HUB_DATABASE_URL": f"sqlite:///{Path(folder) / 'hub.sqlite3'}",
            "HUB_SECRET_KEY": secrets.token_hex(32),
            "HUB_ENCRYPTION_KEYS": f"bench:{b64encode(secrets.token_bytes(32)).decode()}",
            "HUB_LOG_LEVEL": "error",
        }
        command = [sys.executable, "-W", "ignore", "-m", "bench.routing", "inside", what, *map(str, size)]
        output = subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE).stdout
        return dict(json.loads(output))


def _open_database() -> None:
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    call_command("migrate", verbosity=0)
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA synchronous = OFF")


class Crash(Exception):
    """The engine's end between two statements."""


@dataclass
class Day:
    """The floor, its books, and what is still to happen, by time."""

    agents: int
    items: int
    random: Random = field(default_factory=lambda: Random(SEED))
    wrong: int = 0
    crashes: int = 0
    waits: list[float] = field(default_factory=list)
    trace: list[str] = field(default_factory=list)
    here: set[str] = field(default_factory=set)
    held: Counter[str] = field(default_factory=Counter)
    seen: set[Any] = field(default_factory=set)
    _heap: list[tuple[float, int, str, Any]] = field(default_factory=list)
    _order: Any = field(default_factory=itertools.count)

    def run(self) -> dict[str, Any]:
        """Live through it; the figures."""
        from hub.clock import held_at

        self._open()
        began = time.process_time()
        while self._heap:
            at, _, what, about = heapq.heappop(self._heap)
            with held_at(BEGIN + timedelta(seconds=at)):
                self._tick(at)
                getattr(self, f"_{what}")(at, about)
                self._engine(at)
        cpu = time.process_time() - began
        return self._figures(cpu)

    def _open(self) -> None:
        from hub.clock import held_at
        from hub.models import Skill
        from hub.models.skills import AgentSkill
        from tests.inbox.routing.floor import Floor

        with held_at(BEGIN):
            self.floor = Floor.open()
            languages = [self.floor.skill(name) for name in ("german", "spanish")]
            steps = [{"after": 60, "requirements": []}]
            asked = [{"skill": str(languages[0].pk), "level": 5}]
            self.floor.change_queue(requirements=asked, steps=steps)
            for number in range(self.agents):
                person = self.floor.agent(f"a{number:03}", is_online=False)
                AgentSkill.objects.create(
                    organization=self.floor.organization,
                    user=person,
                    skill=languages[number % 2],
                    level=self.random.randint(5, 10),
                )
        assert Skill.objects.within(self.floor.organization).count() == 2
        self.names = {viewer.user.pk: name for name, viewer in self.floor.viewers.items()}
        for name in self.floor.viewers:
            begin = self.random.uniform(0, DAY / 5)
            for _ in range(3):
                self._later(begin, "comes", name)
                begin += self.random.uniform(DAY / 8, DAY / 4)
                self._later(begin, "goes", name)
                begin += self.random.uniform(300, 2400)
            self._later(DAY * 1.2, "comes", name)
        for number in range(self.items):
            self._later(self.random.uniform(0, DAY), "writes", number)
        for at in range(0, int(DAY * 3), 600):
            self._later(at, "minds", None)

    def _later(self, at: float, what: str, about: Any) -> None:
        heapq.heappush(self._heap, (at, next(self._order), what, about))

    def _comes(self, at: float, name: str) -> None:
        self.here.add(name)
        self.floor.say(name, "online")

    def _goes(self, at: float, name: str) -> None:
        self.here.discard(name)
        self.floor.say(name, "offline")

    def _writes(self, at: float, number: int) -> None:
        who = f"c{number:06}"
        row = self.floor.mail(who) if self.random.random() < 0.3 else self.floor.write(who)
        self.trace.append(f"{at:.3f} {who} {row.number}")

    def _minds(self, at: float, _: None) -> None:
        from inbox.routing import timers

        timers.upkeep()

    def _answers(self, at: float, about: tuple[str, Any]) -> None:
        from inbox import actions
        from inbox.errors import OfferGone

        name, conversation_id = about
        viewer, luck = self.floor.viewers[name], self.random.random()
        try:
            if luck < 0.9:
                actions.accept(viewer, conversation_id)
                self._later(at + self.random.expovariate(1 / 240), "settles", (name, conversation_id))
            elif luck < 0.95:
                actions.decline(viewer, conversation_id)
        except OfferGone:
            self.trace.append(f"{at:.3f} {name} gone")
        if luck >= 0.95 and name in self.here:
            self._later(at + 60, "minds_again", name)

    def _minds_again(self, at: float, name: str) -> None:
        """Who let something pass is back at their desk."""
        if name in self.here:
            self.floor.say(name, "online")

    def _settles(self, at: float, about: tuple[str, Any]) -> None:
        from hub.models import Conversation
        from inbox import actions

        name, conversation_id = about
        row = Conversation.objects.within(self.floor.organization).get(pk=conversation_id)
        if row.assignee_id == self.floor.viewers[name].user.pk and row.is_active:
            actions.resolve(self.floor.viewers[name], conversation_id)

    def _tick(self, at: float) -> None:
        """Let the sweep see what fell due until now."""
        from hub.clock import now
        from hub.models import Offer, WorkItem
        from inbox.routing import timers

        offers = Offer.objects.within(self.floor.organization).filter(status="pending", expires_at__lte=now())
        if offers.exists() or WorkItem.objects.unscoped("bench").filter(timer_at__lte=now()).exists():
            timers.sweep()
            self._engine(at)

    def _engine(self, at: float) -> None:
        """Run the engine's jobs, which may fail, and compare what it did with the books."""
        from contextlib import suppress

        from django.db import connection

        from hub.jobs.worker import run_until_idle
        from inbox.routing import engine

        if self.random.random() < CRASHES:
            left = iter(range(self.random.randrange(40)))

            def fail(execute: Any, sql: str, *rest: Any) -> Any:
                if next(left, None) is None:
                    raise Crash
                return execute(sql, *rest)

            try:
                with connection.execute_wrapper(fail):
                    engine.route(self.floor.queue.pk)
            except Crash:
                self.crashes += 1
        with suppress(TimeoutError):
            run_until_idle(600, queues=["routing"])
        self._compare(at)

    def _compare(self, at: float) -> None:
        from hub.models import Offer, WorkItem
        from inbox.routing import capacity

        rows = Offer.objects.within(self.floor.organization).filter(
            created_at=BEGIN + timedelta(seconds=at), reason__startswith=""
        )
        fresh = [
            row
            for row in rows.select_related("work").order_by("pk")
            if row.pk not in self.seen and (row.expires_at or row.work.opened_at is None)
        ]
        if not fresh:
            return
        ids = {row.agent_id for row in fresh}
        works = WorkItem.objects.within(self.floor.organization).filter(
            assignee_id__in=ids, is_over=False, state__in=("active", "wrapping")
        )
        held = Counter(works.values_list("assignee_id", "kind"))
        held.update(
            Offer.objects.within(self.floor.organization)
            .filter(agent_id__in=ids, status="pending")
            .values_list("agent_id", "work__kind")
        )
        for row in fresh:
            self.seen.add(row.pk)
            name = self.names[row.agent_id]
            chats, mails = held[row.agent_id, "chat"], held[row.agent_id, "email"]
            is_full = chats * capacity.WEIGHTS["chat"] > 100 or mails * capacity.WEIGHTS["email"] > 100
            self.wrong += name not in self.here or is_full
            self.waits.append((row.created_at - row.work.virtual_start_at).total_seconds())
            self.trace.append(f"{at:.3f} {name} {row.work.kind}")
            if row.expires_at is not None:
                think = self.random.uniform(1, 40)
                self._later(at + think, "answers", (name, row.work.conversation_id))
            else:
                self._later(
                    at + self.random.expovariate(1 / 200), "settles", (name, row.work.conversation_id)
                )

    def _figures(self, cpu: float) -> dict[str, Any]:
        from django.db.models import Count

        from hub.models import Offer, WorkItem

        works = WorkItem.objects.within(self.floor.organization)
        held_twice = Offer.objects.within(self.floor.organization).filter(
            status="accepted", released_at__isnull=True
        )
        twice = held_twice.values("work").annotate(times=Count("pk")).filter(times__gt=1).count()
        done = works.filter(state="done").values("conversation").distinct().count()
        left = Counter(works.filter(is_over=False).values_list("state", flat=True))
        print(f"left over: {dict(left)}", file=sys.stderr)
        return {
            "lost": self.items - done - sum(left.values()),
            "twice": twice,
            "wrong": self.wrong,
            "crashes": self.crashes,
            "offers": len(self.seen),
            "cpu": 1000 * cpu / self.items,
            "wait": statistics.median(self.waits),
            "digest": sha256("\n".join(self.trace).encode()).hexdigest(),
        }


def _queue() -> dict[str, Any]:
    """An agent settles one of three chats while thousands wait: the time until the next one rings."""
    from hub.clock import now
    from hub.jobs.worker import run_until_idle
    from hub.models import Contact, Conversation, Offer, WorkItem
    from inbox import actions
    from inbox.routing import engine
    from inbox.routing.heads import ORDER
    from tests.inbox.routing.floor import Floor

    floor = Floor.open()
    for number in range(20):
        floor.agent(f"a{number:03}", is_online=False)
    contact = Contact.objects.create(organization=floor.organization, name="Carla")
    at = now()
    rows = [
        Conversation(
            organization=floor.organization,
            number=number,
            requester=contact,
            queue=floor.queue,
            waiting_since=at,
            channel_ids=[str(floor.chat.pk)],
        )
        for number in range(1, WAITING + 1)
    ]
    Conversation.objects.bulk_create(rows, 500)
    WorkItem.objects.bulk_create(
        [
            WorkItem(
                organization=floor.organization,
                conversation=row,
                queue=floor.queue,
                kind="chat",
                requirement_key="chat",
                virtual_start_at=at + timedelta(milliseconds=row.number),
            )
            for row in rows
        ],
        500,
    )
    for name in floor.viewers:
        floor.say(name, "online")
    run_until_idle(120, queues=["routing"])
    took = []
    for turn in range(ROUNDS + 20):
        name = f"a{turn % 20:03}"
        viewer = floor.viewers[name]
        pending = Offer.objects.within(floor.organization).filter(agent=viewer.user, status="pending")
        offer = pending.select_related("work").order_by("created_at", "pk")[0]
        before = {row.pk for row in pending}
        began = time.process_time()
        actions.accept(viewer, offer.work.conversation_id)
        actions.resolve(viewer, offer.work.conversation_id)
        run_until_idle(60, queues=["routing"])
        took.append(1000 * (time.process_time() - began))
        assert {row.pk for row in pending.all()} - before, "nothing was offered again"
    scans = []
    for _ in range(5):
        began = time.process_time()
        list(
            WorkItem.objects.within(floor.organization)
            .filter(queue=floor.queue, state="queued")
            .order_by(*ORDER)
        )
        scans.append(1000 * (time.process_time() - began))
    assert engine.position(WorkItem.objects.within(floor.organization).order_by("-pk")[0])[0] > 0
    took = took[20:]
    return {
        "p99": statistics.quantiles(took, n=100)[98],
        "median": statistics.median(took),
        "scan": statistics.median(scans),
    }


def _run_inside(what: str, *size: int) -> None:
    _open_database()
    import inbox.tasks

    assert inbox.tasks.deliver
    print(json.dumps(Day(size[0], size[1]).run() if what == "day" else _queue()))


if __name__ == "__main__":
    if sys.argv[1:2] == ["inside"]:
        _run_inside(sys.argv[2], *map(int, sys.argv[3:]))
    else:
        main(*map(int, sys.argv[1:3]))
