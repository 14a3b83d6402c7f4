"""What order and safety cost: numbering events, and committing what waits together.

`python -m bench.writes`. Each database gets a process of its own that writes the same rows in two ways, in
turns; the figures are ratios of rows a second. PostgreSQL is measured where it is installed.
"""

import base64
import json
import os
import secrets
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from tests.services import ServicesMissing, postgresql

ROUNDS = 3
SECONDS = 1.5
WRITERS = 8
GROUP = 50

Write = Callable[[], int]


def main() -> None:
    """Print the figures of both databases."""
    with tempfile.TemporaryDirectory(prefix="hub-bench-") as name:
        folder = Path(name)
        _show("SQLite", 0.8, _measured(folder, f"sqlite:///{folder / 'hub.sqlite3'}"))
        with ExitStack() as stack:
            try:
                url = stack.enter_context(postgresql())
            except ServicesMissing as reason:
                print(f"numbering events on PostgreSQL: not measured ({reason})")
                return
            _show("PostgreSQL", 0.4, _measured(folder, url))


def _show(name: str, goal: float, figures: dict[str, float]) -> None:
    print(
        f"numbering events on {name}, {WRITERS} writers, one organization: {figures['numbered']:.2f} x"
        f" without numbers (goal ≥ {goal}, baseline {figures['plain']:.0f}/s)"
    )
    print(
        f"keeping envelopes on {name}, {GROUP} at a time: {figures['grouped']:.2f} x one a transaction"
        f" ({'goal ≥ 3' if name == 'SQLite' else 'goal ≥ 1.5'}, baseline {figures['single']:.0f}/s)"
    )


def _measured(folder: Path, url: str) -> dict[str, float]:
    """The figures of one database, found by a process that knows no other."""
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "hub.settings",
        "HUB_DATA_DIR": str(folder),
        "HUB_DATABASE_URL": url,
        "HUB_SECRET_KEY": secrets.token_hex(32),
        "HUB_ENCRYPTION_KEYS": f"bench:{base64.b64encode(secrets.token_bytes(32)).decode()}",
    }
    command = [sys.executable, "-W", "ignore", "-m", "bench.writes", "inside"]
    output = subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE).stdout
    return dict(json.loads(output))


def _inside() -> None:
    """Migrate, measure, and print JSON."""
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    numbered, plain = _ratio(_numbered, _unnumbered, WRITERS)
    grouped, single = _ratio(_grouped, _single, 1)
    print(json.dumps({"numbered": numbered, "plain": plain, "grouped": grouped, "single": single}))


def _ratio(ours: Callable[[], Write], theirs: Callable[[], Write], writers: int) -> tuple[float, float]:
    """The median over the rounds of ours to theirs, and the median of theirs in rows a second."""
    one, other = ours(), theirs()
    pairs = [(_rate(one, writers), _rate(other, writers)) for _ in range(ROUNDS)]
    return statistics.median(a / b for a, b in pairs), statistics.median(b for _, b in pairs)


def _rate(write: Write, writers: int) -> float:
    """Rows a second of so many threads."""
    from django.db import connections

    counts: list[int] = []
    end = time.perf_counter() + SECONDS

    def work() -> None:
        count = 0
        while time.perf_counter() < end:
            count += write()
        counts.append(count)
        connections.close_all()

    began = time.perf_counter()
    threads = [threading.Thread(target=work) for _ in range(writers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(counts) / (time.perf_counter() - began)


DATA = {"text": "x" * 300}


def _numbered() -> Write:
    """What was said and its event in one transaction, the event through the log."""
    from hub.transaction import unit
    from realtime import events

    channel = _channel()

    def write() -> int:
        with unit():
            _say(channel)
            events.append(channel.organization, "contact.updated", DATA)
        return 1

    return write


def _unnumbered() -> Write:
    """The same rows, with a number that nobody else has to wait for and that says nothing of order."""
    from hub.clock import now
    from hub.models import Event
    from hub.transaction import unit

    channel = _channel()

    def write() -> int:
        with unit():
            _say(channel)
            seq, at = uuid.uuid4().int >> 66, now()
            row = Event(organization=channel.organization, name="contact.updated", data=DATA, seq=seq, at=at)
            Event.objects.bulk_create([row])
        return 1

    return write


def _say(channel: Any) -> None:
    from hub.models import InboundEnvelope

    row = InboundEnvelope(
        organization=channel.organization, channel=channel, dedupe_key=uuid.uuid4().hex, raw=RAW
    )
    InboundEnvelope.objects.bulk_create([row])


RAW = b"Subject: A parcel\r\n\r\n" + b"It has not come. " * 100


def _grouped() -> Write:
    """Envelopes as the mail entrance keeps them when several wait."""
    from hub.connector import Polled, accept_all

    channel = _channel()

    def write() -> int:
        accept_all([(channel, Polled(RAW, uuid.uuid4().hex, {})) for _ in range(GROUP)])
        return GROUP

    return write


def _single() -> Write:
    """The same rows by the plain ORM, one envelope and its job a transaction."""
    from django.db import transaction

    from hub.models import InboundEnvelope, Job

    channel = _channel()

    def write() -> int:
        with transaction.atomic():
            key = uuid.uuid4().hex
            InboundEnvelope.objects.within(channel.organization_id).filter(
                channel=channel, dedupe_key=key
            ).exists()
            envelope = InboundEnvelope(
                organization_id=channel.organization_id, channel=channel, dedupe_key=key, raw=RAW
            )
            envelope.save(force_insert=True)
            Job(name="bench.never", queue="bench", payload={"envelope_id": str(envelope.pk)}).save(
                force_insert=True
            )
        return 1

    return write


def _organization() -> Any:
    from hub.models import Organization

    slug = uuid.uuid4().hex
    return Organization.objects.create(slug=slug, name=slug)


def _channel() -> Any:
    from hub.models import Channel

    channel = Channel(organization=_organization(), kind="email", name="Mail", address=uuid.uuid4().hex)
    channel.save(force_insert=True)
    return channel


if __name__ == "__main__":
    _inside() if sys.argv[1:] == ["inside"] else main()
