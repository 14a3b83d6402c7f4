"""Log lines: one JSON object each, and nothing in them that belongs to a customer."""

import json
import subprocess
import sys

SCRIPT = """
import logging, structlog
from hub import logs
logs.configure({"format": "json", "level": "info"})
log = structlog.get_logger("hub.test")
log.info("message_received", conversation="c1", text="Dear shop", token="s3cret", email="a@b.test")
logging.getLogger("django.request").warning("Not Found: /files/s3cret")
logging.getLogger("mail.log").info("('127.0.0.1', 1) recip: a@b.test")
logging.getLogger("some.library").warning("plain words")
try:
    raise RuntimeError('duplicate key\\nDETAIL:  Key (email)=(a@b.test) already exists.')
except RuntimeError:
    log.exception("write_failed")
"""


def lines() -> list[dict[str, str]]:
    done = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=True)
    assert done.stdout == ""
    assert "s3cret" not in done.stderr
    assert "a@b.test" not in done.stderr
    assert "Dear shop" not in done.stderr
    return [json.loads(line) for line in done.stderr.splitlines()]


def test_lines_are_json_with_event_time_and_level() -> None:
    first, library, failure = lines()
    assert (first["event"], first["conversation"], first["level"]) == ("message_received", "c1", "info")
    assert first["timestamp"].endswith("Z")
    assert library["event"] == "plain words"
    assert "RuntimeError: duplicate key" in failure["exception"]
