"""The cookie-cutter makes a package that installs, is found, and passes its own tests and the kit."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

ROOT = Path(__file__).resolve().parents[3]

METADATA = """Metadata-Version: 2.1
Name: omnihub-parrot
Version: 0.1.0
"""


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A new package, known to Python as an installer makes it: code on the path, entry point beside it."""
    target = tmp_path_factory.mktemp("packages")
    call_command("startconnector", "parrot", "--label", "Parrot post", "--target", str(target), verbosity=0)
    root = target / "omnihub-parrot"
    info = root / "omnihub_parrot-0.1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(METADATA)
    (info / "entry_points.txt").write_text("[omnihub.connectors]\nparrot = omnihub_parrot\n")
    return root


def run(root: Path, *arguments: str, cwd: Path = ROOT) -> str:
    environment = {**os.environ, "PYTHONPATH": f"{root}{os.pathsep}{ROOT}"}
    environment.pop("PYTEST_XDIST_WORKER", None)
    result = subprocess.run(
        [sys.executable, "-m", *arguments],
        cwd=cwd,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stdout[-4_000:] + result.stderr[-2_000:]
    return result.stdout


def test_its_own_tests_pass(package: Path) -> None:
    assert "3 passed" in run(package, "pytest", "-q", "-p", "no:cacheprovider", "tests", cwd=package)


@pytest.mark.slow
def test_it_passes_the_conformance_kit(package: Path) -> None:
    told = run(package, "pytest", "-q", "-p", "no:cacheprovider", "tests/conformance", "-k", "parrot")
    assert " passed" in told and "failed" not in told


def test_it_is_clean(package: Path) -> None:
    run(
        package,
        "ruff",
        "check",
        "--ignore",
        "I001",
        "--config",
        str(ROOT / "pyproject.toml"),
        str(package / "omnihub_parrot"),
    )


@pytest.mark.parametrize("kind", ["Parrot", "1parrot", "par-rot", "p", "email", "../x", ""])
def test_kinds_that_cannot_be_are_refused(kind: str, tmp_path: Path) -> None:
    with pytest.raises(CommandError):
        call_command("startconnector", kind, "--target", str(tmp_path))
    assert not list(tmp_path.iterdir())


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    (tmp_path / "omnihub-parrot").mkdir()
    with pytest.raises(CommandError, match="exists"):
        call_command("startconnector", "parrot", "--target", str(tmp_path))
