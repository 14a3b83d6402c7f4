"""A folder is all that a channel takes, and all that goes when it goes."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("hub", "media", "realtime", "inbox", "connectors")
BUILT = shutil.ignore_patterns("__pycache__")

START = """
import django
django.setup()
from hub import asgi, registry, urls
from inbox import actions
"""

PARSE = """
message, = registry.connector("guestbook").parse(
    b'{"id": 7, "author_id": 3, "author": "Grace", "text": "Lovely place"}', {}, {}
)
assert (message.external_id, message.sender.name, message.text) == ("7", "Grace", "Lovely place")
assert set(registry.connectors()) > {"guestbook", "email"}
"""


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A copy of the rooms that a test may change."""
    for room in ROOMS:
        shutil.copytree(ROOT / room, tmp_path / room, ignore=BUILT)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def run(house: Path, *command: str) -> None:
    """Run a command in the copy, on its code."""
    environment = {**os.environ, "PYTHONPATH": str(house), "DJANGO_SETTINGS_MODULE": "hub.settings"}
    result = subprocess.run(command, cwd=house, env=environment, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout + result.stderr


def documented_files() -> dict[str, str]:
    """The files of the channel that the documentation shows, by path."""
    text = (ROOT / "docs" / "new-channel.md").read_text()
    return dict(re.findall(r"`(connectors/guestbook/\w+\.py)`:\n\n```python\n(.*?)```", text, re.DOTALL))


def test_the_documented_channel_works_with_nothing_else_touched(house: Path) -> None:
    files = documented_files()
    assert len(files) == 2
    for path, content in files.items():
        (house / path).parent.mkdir(exist_ok=True)
        (house / path).write_text(content)
    run(house, sys.executable, "-c", START + PARSE)
    run(house, str(Path(sys.executable).with_name("lint-imports")), "--no-cache")


@pytest.mark.parametrize("kind", ["chat", "email"])
def test_the_house_stands_without_a_channel(house: Path, kind: str) -> None:
    shutil.rmtree(house / "connectors" / kind)
    run(house, sys.executable, "-c", START + f"assert {kind!r} not in registry.connectors()")
    run(house, sys.executable, "-m", "hub", "manage", "check")
