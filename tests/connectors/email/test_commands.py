"""`hub email parse`, as scripts call it."""

from __future__ import annotations

import base64
import json
import subprocess
import sys

from tests.connectors.email.conftest import sample

PARSE = [sys.executable, "-m", "hub", "email", "parse"]


def test_one_mail_in_one_object_out() -> None:
    done = subprocess.run(PARSE, input=sample("with_files"), capture_output=True, check=True)
    answer = json.loads(done.stdout)
    assert answer["subject"] == "Grüße aus Köln"
    assert answer["from"] == [{"name": "Jörg", "address": "joerg@example.net"}]
    assert [file["size"] for file in answer["attachments"]] == [8, 8, 79]


def test_each_line_is_answered_at_once_and_a_bad_one_ends_nothing() -> None:
    with subprocess.Popen([*PARSE, "--jsonl"], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        for line, key in [
            (base64.b64encode(sample("plain")), "subject"),
            (b"not base64!", "error"),
            (b"", "subject"),
            (base64.b64encode(b"\xff\x00\n\n\xed\xa0\x80"), "subject"),
        ]:
            process.stdin.write(line + b"\n")
            process.stdin.flush()
            assert key in json.loads(process.stdout.readline())
        process.stdin.close()
        assert process.wait(20) == 0


def test_reading_a_mail_needs_no_django() -> None:
    code = "import connectors.email.commands, sys; sys.exit('django' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
