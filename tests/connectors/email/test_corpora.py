"""The mail corpora beside the repository, where they are there: crashes none, facts as many as promised."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from connectors.email.commands import mail_as_json
from connectors.email.reading.parse import parse

SHARED = Path(__file__).resolve().parents[3].parent / "shared"
CORPORA = SHARED / "corpora" / "email"
EXAM = SHARED / "exam" / "exam_email.py"

pytestmark = pytest.mark.skipif(
    not EXAM.is_file() or not CORPORA.is_dir(), reason="the mail corpora are not beside this repository"
)

GOALS = {"MIME": 0.97, "reply text": 0.94, "bounces": 0.97, "auto replies": 1.0}


@pytest.fixture(scope="module")
def examiner() -> ModuleType:
    spec = importlib.util.spec_from_file_location("exam_email", EXAM)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


class Reader:
    """This repository's reader as the examiner calls it."""

    def read(self, raw: bytes) -> dict[str, Any]:
        return mail_as_json(parse(raw))


def test_no_mail_fails_and_the_facts_are_right(examiner: ModuleType) -> None:
    exam = examiner.Exam(Reader())
    for line in (CORPORA / "expected.jsonl").read_text("utf-8").splitlines():
        entry = examiner.json.loads(line)
        raw = (CORPORA / entry["path"]).read_bytes()
        exam.graded(entry, examiner.WRAP % entry["wrap"].encode() + raw if entry["wrap"] else raw)
    for path in (CORPORA / "robustness").rglob("*.eml"):
        exam.read(path.name, path.read_bytes())
    assert exam.crashes == []
    assert exam.false_bounces == []
    for group, fields in examiner.GROUPS.items():
        right, stated = (sum(exam.score[field][i] for field in fields) for i in (0, 1))
        assert right >= GOALS[group] * stated, f"{group}: {right} of {stated}"
