"""Each contract of the house catches the import that it is there for."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("hub", "media", "realtime", "inbox", "connectors")

# Contract → (module, what it must not import).
PLANTED = {
    "Layers": [
        ("hub.clock", "inbox.actions"),
        ("hub.clock", "realtime.events"),
        ("realtime.apps", "inbox.actions"),
        ("realtime.apps", "media.apps"),
        ("inbox.apps", "connectors.planted"),
    ],
    "Channels know nothing of one another": [("connectors.planted.connector", "connectors.neighbour")],
    "Providers' SDKs stay in connectors": [("inbox.apps", "aiosmtpd"), ("hub.clock", "twilio")],
    "Audio and video libraries stay in media": [
        ("connectors.planted.connector", "aiortc"),
        ("inbox.apps", "av"),
    ],
    "The inbox has one front door": [
        ("connectors.planted.connector", "inbox.threading"),
        ("connectors.planted.connector", "inbox.queries"),
        ("connectors.planted.connector", "inbox"),
    ],
    "Inside the hub": [
        ("hub.models", "hub.registry"),
        ("hub.connector", "hub.registry"),
        ("hub.settings", "hub.models"),
    ],
    "Inside the inbox": [
        ("inbox.queries", "inbox.actions"),
        ("inbox.threading", "inbox.actions.receive"),
        ("inbox.actions.reply", "inbox.api"),
    ],
}


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every module of the house, emptied, with two small channels more."""
    folder = tmp_path_factory.mktemp("house")
    for room in ROOMS:
        for module in (ROOT / room).rglob("*.py"):
            copy = folder / module.relative_to(ROOT)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.touch()
    shutil.copy(ROOT / "pyproject.toml", folder)
    for name in ("planted", "neighbour"):
        channel = folder / "connectors" / name
        channel.mkdir()
        (channel / "__init__.py").touch()
        (channel / "connector.py").write_text("import inbox.actions.receive\n")
    return folder


def file_of(house: Path, module: str) -> Path:
    """The file that a module of the house is in."""
    path = house.joinpath(*module.split("."))
    return path / "__init__.py" if path.is_dir() else path.with_suffix(".py")


def report(house: Path) -> tuple[list[str], str]:
    """The names of the contracts that the code in this folder breaks, and all that was said of it."""
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    result = subprocess.run(command, cwd=house, capture_output=True, text=True, check=False)
    broken = re.findall(r"^(.+) BROKEN", result.stdout, re.MULTILINE)
    assert bool(broken) == bool(result.returncode), result.stdout + result.stderr
    return broken, result.stdout


def test_new_channels_break_no_contract(house: Path) -> None:
    broken, _ = report(house)
    assert broken == []


@pytest.mark.parametrize("contract", PLANTED)
def test_planted_imports_break_their_contract(house: Path, contract: str) -> None:
    files = {file_of(house, module) for module, _ in PLANTED[contract]}
    before = {path: path.read_text() for path in files}
    try:
        for module, forbidden in PLANTED[contract]:
            with file_of(house, module).open("a") as file:
                file.write(f"import {forbidden}\n")
        broken, said = report(house)
    finally:
        for path, text in before.items():
            path.write_text(text)
    assert any(name.startswith(contract) for name in broken)
    for module, forbidden in PLANTED[contract]:
        assert re.search(rf"\b{re.escape(module)} -> {re.escape(forbidden)} \(l\.\d+\)", said), said
