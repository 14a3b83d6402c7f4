"""The inbox list at 10,000 and at 1,000,000 conversations: `python -m bench.inbox_list [SMALL LARGE]`.

Each figure is a whole request to the API, through Django, as an agent's page makes it. The two
databases take turns within one process, so that noise of the machine meets both alike. The
baseline is the same page as it is usually made, with OFFSET and `count(*)`.
"""

import os
import secrets
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from itertools import chain
from pathlib import Path

SMALL, LARGE = 10_000, 1_000_000
ROUNDS = 40
AGENTS, QUEUES = 4, 4

VIEWS = {
    "open": "status=active",
    "mine": "status=active&assignee=me",
    "unassigned": "status=active&assignee=none",
    "queue": "status=active&queue={queue}",
    "resolved": "status=resolved",
    "everything": "",
    "oldest": "status=resolved&order=oldest",
    "waiting": "order=waiting",
    "deep page": "status=resolved&cursor={cursor}",
}
"""What agents look at; the figure is the median over all of them."""


def main(small: int = SMALL, large: int = LARGE) -> None:
    """Build both databases, measure them in turns, and print the figures."""
    with tempfile.TemporaryDirectory(prefix="hub-bench-") as name:
        folder = Path(name)
        _configure(folder)
        began = time.perf_counter()
        for count in (small, large):
            _build(folder / f"{count}.sqlite3", count)
        print(f"inbox list set-up: {time.perf_counter() - began:.0f} s", file=sys.stderr)
        figures, naive = _measure(folder, (small, large))
    pooled = {count: statistics.median(chain(*views.values())) for count, views in figures.items()}
    for view in VIEWS:
        ours = " / ".join(f"{statistics.median(figures[count][view]):.1f}" for count in (small, large))
        print(f"inbox list, {view}: {ours} ms (at {small:,} / {large:,})", file=sys.stderr)
    baseline = statistics.median(naive[large]) / statistics.median(naive[small])
    print(f"inbox list p50 at {large:,}: {pooled[large]:.1f} ms (at {small:,}: {pooled[small]:.1f} ms)")
    print(
        f"inbox list p50 1M/10k: {pooled[large] / pooled[small]:.2f} x ratio"
        f" (goal ≤ 2.5, baseline OFFSET and count(*) {baseline:.1f})"
    )


def _configure(folder: Path) -> None:
    for name in [name for name in os.environ if name.startswith("HUB_")]:
        del os.environ[name]
    os.environ |= {
        "HUB_DATA_DIR": str(folder),
        "HUB_SECRET_KEY": secrets.token_hex(32),
        "HUB_ENCRYPTION_KEYS": "bench:" + "A" * 43 + "=",
        "HUB_LOG_LEVEL": "error",
        "DJANGO_SETTINGS_MODULE": "hub.settings",
    }
    import django

    django.setup()


def _use(path: Path) -> None:
    """Point Django's one connection at this database."""
    from django.db import connection

    connection.close()
    connection.settings_dict["NAME"] = str(path)


TOKEN = "bench-token"


def _build(path: Path, count: int) -> None:
    """An organization with `count` conversations, a twentieth of them open."""
    from django.core.management import call_command
    from django.db import connection

    _use(path)
    call_command("migrate", verbosity=0)
    people = _people()
    connection.close()
    with sqlite3.connect(path) as database:
        database.executescript("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA cache_size=-400000;")
        indexes = database.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
            " AND tbl_name IN ('hub_conversation', 'hub_contact', 'hub_identity')"
        ).fetchall()
        for index, _ in indexes:
            database.execute(f'DROP INDEX "{index}"')
        _insert(database, people, count)
        for _, statement in indexes:
            database.execute(statement)
    database.close()


def _people() -> dict[str, str]:
    """The organization, its agents, queues and a channel; their ids as SQLite keeps them."""
    from hub import tokens
    from hub.models import ApiToken
    from tests import factories as make

    acme = make.organization(slug="bench")
    agents = [make.agent(acme, f"Agent {number}", password=None) for number in range(AGENTS)]
    queues = [make.queue(acme) for _ in range(QUEUES)]
    channel = make.channel(acme, "bench")
    ApiToken.objects.create(organization=acme, user=agents[0], name="bench", digest=tokens.digest(TOKEN))
    found = {"organization": acme.pk.hex, "channel": str(channel.pk)}
    found |= {f"agent{number}": agent.pk.hex for number, agent in enumerate(agents)}
    return found | {f"queue{number}": queue.pk.hex for number, queue in enumerate(queues)}


_ID = "printf('0190000000007000{kind}000%012x', {n})"
_CONTACTS = """
INSERT INTO hub_contact (id, organization_id, name, locale, time_zone, custom, created_at, updated_at)
SELECT {contact}, :organization, 'Customer ' || n, 'en', '', '{{}}', '2026-01-01', '2026-01-01' FROM numbers
"""
_IDENTITIES = """
INSERT INTO hub_identity (id, organization_id, contact_id, kind, value, display,
  unreachable_reason, created_at)
SELECT {identity}, :organization, {contact}, 'email', 'c' || n || '@example.net', 'c' || n || '@example.net',
       '', '2026-01-01' FROM numbers
"""
_CONVERSATIONS = """
INSERT INTO hub_conversation (id, organization_id, number, subject, status, is_active, priority, queue_id,
  assignee_id, requester_id, last_item_seq, last_inbound_seq, last_activity_at, last_direction, preview,
  channel_ids, waiting_since, custom, version, created_at, updated_at)
SELECT {conversation}, :organization, n, 'Question ' || n,
  CASE WHEN n % 20 = 0 THEN 'open' WHEN n % 20 = 1 THEN 'closed' ELSE 'resolved' END, n % 20 = 0, 'normal',
  (SELECT id FROM places WHERE place = 'queue' || ((n / 20) % {queues})),
  CASE WHEN (n / 20) % 3 > 0
    THEN (SELECT id FROM places WHERE place = 'agent' || ((n / 20) % {agents})) END,
  {requester}, 4, 3, datetime(1767225600 + (n * 7919) % 31536000, 'unixepoch'), 'inbound',
  'Hello, where is my parcel with the number ' || n || '?', '["' || :channel || '"]',
  CASE WHEN n % 40 = 0 THEN datetime(1767225600 + n, 'unixepoch') END, '{{}}', 1, '2026-01-01', '2026-01-01'
FROM numbers
"""


def _insert(database: sqlite3.Connection, people: dict[str, str], count: int) -> None:
    contacts = max(1, count // 4)
    ids = {
        kind: _ID.format(kind=digit, n="n")
        for kind, digit in (("contact", 8), ("identity", 9), ("conversation", "a"))
    }
    ids |= {"agents": str(AGENTS), "queues": str(QUEUES)}
    ids["requester"] = _ID.format(kind=8, n=f"1 + n % {contacts}")
    database.execute("CREATE TEMP TABLE places (place TEXT PRIMARY KEY, id TEXT)")
    database.executemany("INSERT INTO places VALUES (?, ?)", people.items())
    for statement, rows in ((_CONTACTS, contacts), (_IDENTITIES, contacts), (_CONVERSATIONS, count)):
        numbers = (
            f"WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {rows}) "
        )
        head, _, select = statement.format(**ids).partition("SELECT")
        database.execute(f"{head} {numbers} SELECT {select}", people)


Figures = dict[int, dict[str, list[float]]]


def _measure(folder: Path, counts: tuple[int, int]) -> tuple[Figures, dict[int, list[float]]]:
    figures: Figures = {count: {view: [] for view in VIEWS} for count in counts}
    naive: dict[int, list[float]] = {count: [] for count in counts}
    places = {count: _places(folder, count) for count in counts}
    for number in range(ROUNDS + 2):
        for count in counts:
            _use(folder / f"{count}.sqlite3")
            for view, query in VIEWS.items():
                spent = _timed(partial(_ask, query.format(**places[count])))
                if number >= 2:  # The first two rounds fill caches.
                    figures[count][view].append(spent)
            if number % 20 == 2:
                naive[count].append(_timed(_offset_page))
    return figures, naive


def _timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1000


def _ask(query: str) -> dict[str, object]:
    from django.test import Client

    response = Client().get(f"/api/v1/conversations?{query}", headers={"Authorization": f"Bearer {TOKEN}"})
    found: dict[str, object] = response.json()
    if response.status_code != 200 or len(found["items"]) != 50:  # type: ignore[arg-type]
        raise RuntimeError(f"{query}: {response.status_code} {str(found)[:200]}")
    return found


def _places(folder: Path, count: int) -> dict[str, str]:
    """A queue's id, and a cursor some way into the resolved conversations."""
    from hub.models import Queue

    _use(folder / f"{count}.sqlite3")
    cursor = ""
    for _ in range(20):
        cursor = str(_ask(f"status=resolved&cursor={cursor}")["next_cursor"])
    queue = Queue.objects.unscoped("the bench has one organization").first()
    assert queue is not None
    return {"cursor": cursor, "queue": str(queue.pk)}


def _offset_page() -> None:
    """A page from the middle of the resolved conversations, the way paginators do it."""
    from hub.models import Conversation, Organization

    rows = Conversation.objects.within(Organization.objects.get()).filter(status="resolved")
    middle = rows.count() // 2
    list(rows.order_by("-last_activity_at", "-id").select_related("requester")[middle : middle + 50])


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
