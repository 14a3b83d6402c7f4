"""The command line: its help, and the commands that others bring."""

import os
import subprocess
import sys
import time

import pytest

from hub import cli
from hub.environment import SETTINGS


def test_help_lists_every_setting_with_its_default(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(["--help"])
    assert ended.value.code == 0
    lines = capsys.readouterr().out.splitlines()
    for setting in SETTINGS:
        (line,) = [line for line in lines if line.split()[:1] == [setting.name]]
        assert line.endswith(f"[{setting.default or 'none'}]")


def test_help_needs_no_good_settings() -> None:
    environment = os.environ | {"HUB_HTTP_PORT": "nonsense"}
    command = [sys.executable, "-m", "hub", "--help"]
    subprocess.run(command, env=environment, check=True, capture_output=True, timeout=120)


def test_an_unknown_command_is_a_usage_error(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(["dance"])
    assert ended.value.code == 2


def test_manage_hands_everything_on_to_django() -> None:
    command = [sys.executable, "-m", "hub", "manage", "migrate", "--help"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
    assert "usage: hub manage migrate" in done.stdout


def test_a_contributed_command_starts_without_django() -> None:
    script = (
        "import sys; sys.argv = ['hub', 'email', 'parse', '--help']\n"
        "from hub.cli import main\n"
        "try: main()\n"
        "finally: sys.stderr.write(' '.join(name for name in sys.modules if name.startswith('django.db')))"
    )
    began = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=120, check=True
    )
    assert "usage: hub email parse" in done.stdout
    assert done.stderr == ""
    assert time.monotonic() - began < 5
