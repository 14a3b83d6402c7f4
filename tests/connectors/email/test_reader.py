"""Mails that take too long are stopped, and nothing else is."""

from __future__ import annotations

import base64
import os
import pickle
import select
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from connectors.email.reading import reader
from connectors.email.reading.child import ERROR, MAIL
from connectors.email.reading.parse import ORDINARY_SIZE, parse, parse_ordinary
from connectors.email.reading.reader import Readers, Unreadable, read_mail
from hub.connector import Polled, accept_all
from hub.jobs.worker import run_until_idle
from hub.models import InboundEnvelope
from tests import factories
from tests.connectors.email.conftest import sample

ROOT = Path(__file__).resolve().parents[3]

# A reader that does what the mail tells it, in place of reading it.
FAULTY = """
import os, time
from connectors.email.reading import child
child.cpu_seconds = lambda size: 0
child.MEMORY_LIMIT = 256 * 1024**2

def read(raw):
    if b"loop" in raw:
        while True: pass
    if b"sleep" in raw:
        time.sleep(600)
    if b"memory" in raw:
        return bytes(1024**3)
    if b"crash" in raw:
        os.abort()
    if b"raise" in raw:
        raise KeyError("of the mail")
    if b"code" in raw:
        return os.system
    return child.parse(raw)

child.serve(read)
"""
COMMAND = [sys.executable, "-c", FAULTY]
GOOD = b"From: a@b.test\r\nSubject: good\r\n\r\nHello"


@pytest.fixture
def readers() -> Readers:
    return Readers(COMMAND, wait_seconds=20)


@pytest.mark.parametrize(
    "fault, words",
    [
        (b"loop", "more than 5 seconds"),
        (b"memory", "MB of memory"),
        (b"crash", "the reader ended"),
        (b"raise", "KeyError"),
        (b"code", "made no sense"),
    ],
)
def test_a_mail_that_breaks_its_reader_is_named_and_the_next_is_read(
    readers: Readers, fault: bytes, words: str
) -> None:
    with pytest.raises(Unreadable, match=words):
        readers.read(b"From: a@b.test\r\n\r\n" + fault)
    assert readers.read(GOOD) == parse(GOOD)
    readers.close()


def test_a_reader_that_does_nothing_is_not_waited_for() -> None:
    readers = Readers(COMMAND, wait_seconds=0.5)
    with pytest.raises(Unreadable, match="was stopped"):
        readers.read(b"sleep")
    readers.close()


def test_others_are_read_while_one_hangs(readers: Readers) -> None:
    failures: list[Exception] = []

    def hang() -> None:
        try:
            readers.read(b"loop")
        except Unreadable as error:
            failures.append(error)

    thread = threading.Thread(target=hang)
    thread.start()
    for _ in range(20):
        assert readers.read(GOOD).subject == "good"
    assert not failures
    thread.join()
    assert len(failures) == 1
    readers.close()


def test_a_large_mail_comes_back_whole() -> None:
    content = os.urandom(3 * 1024 * 1024)
    head = b"From: a@b.test\r\nContent-Type: a/b\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    raw = head + base64.encodebytes(content)
    assert parse_ordinary(raw) is None
    mail = read_mail(raw)
    assert mail == parse(raw)
    assert mail.attachments[0].content == content


def test_every_kind_of_mail_comes_back_as_it_was_read() -> None:
    readers = Readers()
    forwarded = b"From: a@b.test\r\nSubject: Fwd: x\r\n\r\nSee:\r\n---------- Forwarded message ---------\r\n"
    forwarded += b"From: Ann <ann@example.net>\r\nDate: Mon, 5 Jan 2026\r\nSubject: x\r\nTo: b\r\n\r\nWords"
    calendar = b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART;TZID=Asia/Tokyo:20260105T100000\r\nEND:VEVENT\r\n"
    invitation = b"From: a@b.test\r\nContent-Type: text/calendar\r\n\r\n" + calendar + b"END:VCALENDAR\r\n"
    for raw in (*map(sample, ("plain", "with_files", "bounce_rfc3464")), forwarded, invitation, b""):
        assert readers.read(raw) == parse(raw)
    readers.close()


def nested(levels: int) -> bytes:
    head = b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(levels)
    )
    return b"From: a@b.test\r\n" + head + b"\r\nhello\r\n"


@pytest.mark.parametrize(
    "raw, is_ordinary",
    [
        (sample("plain"), True),
        (sample("with_files"), True),
        (sample("bounce_rfc3464"), True),
        (b"", True),
        (nested(8), True),
        (nested(20), False),
        (b"From: a@b.test\r\n\r\n" + b"x" * ORDINARY_SIZE, False),
        (b"X: " + b"y" * 70_000 + b"\r\n\r\n", False),
        (b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + b"--b\r\n\r\nx\r\n" * 60, False),
        (b"Content-Type: text/html\r\n\r\n" + b"<p>hello</p>" * 10_000, False),
    ],
)
def test_only_ordinary_mails_are_read_in_the_process_itself(raw: bytes, is_ordinary: bool) -> None:
    mail = parse_ordinary(raw)
    assert (mail is not None) is is_ordinary
    assert mail is None or mail == parse(raw)


PARENT = """
import sys
from connectors.email.reading.reader import Readers
readers = Readers([sys.executable, "-c", sys.argv[1]], wait_seconds=600)
readers.read(b"From: a@b.test")
print(readers._idle[0]._process.pid, flush=True)
if sys.argv[2] != "idle":
    readers.read(sys.argv[2].encode())
sys.stdin.read()
"""


@pytest.mark.parametrize("work", ["idle", "sleep", "loop"])
def test_children_end_with_a_killed_parent(work: str) -> None:
    with _parent(work) as parent:
        assert parent.stdout is not None
        child = os.pidfd_open(int(parent.stdout.readline()))
        parent.send_signal(signal.SIGKILL)
    _ended(child)


def test_children_end_with_a_parent_that_ends() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", PARENT, FAULTY, "idle"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as parent:
        assert parent.stdout is not None
        child = os.pidfd_open(int(parent.stdout.readline()))
        assert parent.stdin is not None
        parent.stdin.close()
        assert parent.wait(20) == 0
    _ended(child)


def _parent(work: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-c", PARENT, FAULTY, work]
    return subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE)


def _ended(pidfd: int) -> None:
    """Wait until the process behind the descriptor is gone."""
    watch = select.poll()
    watch.register(pidfd, select.POLLIN)
    assert watch.poll(20_000)
    os.close(pidfd)


@pytest.mark.django_db(transaction=True)
def test_a_mail_that_never_ends_is_set_aside_and_the_others_arrive(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "_readers", Readers(COMMAND))
    organization = factories.organization()
    channel = factories.channel(organization, queue=factories.queue(organization))
    large = b"From: a@b.test\r\nSubject: %s\r\n\r\n" + b"x" * ORDINARY_SIZE
    mails = [large % b"large", large % b"loop", sample("plain")]
    accept_all([(channel, Polled(raw, str(number), {})) for number, raw in enumerate(mails)])
    run_until_idle()
    envelopes = InboundEnvelope.objects.within(organization).order_by("dedupe_key")
    assert [envelope.state for envelope in envelopes] == ["processed", "quarantined", "processed"]
    assert envelopes[1].error == "It cannot be read: reading it took more than 5 seconds, and was stopped"


def test_the_child_needs_no_django_and_knows_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUB_SECRET_KEY", "0123456789")
    code = (
        "import os, sys\nfrom connectors.email.reading import child\n"
        "def read(raw): raise RuntimeError\n"
        "bad = 'django' in sys.modules or any(name.startswith('HUB_') for name in os.environ)\n"
        "child.serve(read if bad else child.parse)"
    )
    readers = Readers([sys.executable, "-c", code])
    assert readers.read(GOOD).subject == "good"
    readers.close()


def test_an_answer_can_only_be_a_mail() -> None:
    answers = {MAIL + pickle.dumps(parse(GOOD)): True, MAIL + pickle.dumps(eval): False, MAIL + b"x": False}
    answers[MAIL + pickle.dumps(3)] = False
    answers[ERROR + b"no"] = False
    for answer, is_good in answers.items():
        code = (
            f"import sys\nanswer = {answer!r}\nsys.stdin.buffer.read(9)\n"
            "sys.stdout.buffer.write(len(answer).to_bytes(8, 'big') + answer)\n"
            "sys.stdout.flush()\nsys.stdin.read()"
        )
        readers = Readers([sys.executable, "-c", code])
        if is_good:
            assert readers.read(b"x") == parse(GOOD)
        else:
            with pytest.raises(Unreadable):
                readers.read(b"x")
        readers.close()
