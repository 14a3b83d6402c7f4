"""Write the hash-locked requirements from pyproject.toml, or check offline that they are current."""

import hashlib
import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
REQUIREMENTS = ROOT / "requirements"
PYTHON_VERSION = "3.11"

# Each lock's arguments for uv. dev comes first: the others take over its versions.
LOCKS: dict[str, list[str]] = {
    "dev": ["pyproject.toml", "--group", "dev"],
    "base": ["pyproject.toml", "--constraint", "requirements/dev.lock"],
    "build": ["--group", "build", "--constraint", "requirements/dev.lock"],
    "bootstrap": ["--group", "bootstrap"],
    "node": ["--group", "node"],
}
COMPILE = [
    "pip", "compile", "--quiet", "--no-config", "--universal", "--python-version", PYTHON_VERSION,
    "--generate-hashes", "--no-emit-index-url", "--no-annotate", "--no-header",
]  # fmt: skip


def inputs_digest() -> str:
    """A digest of everything in pyproject.toml that decides what is locked."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    inputs: dict[str, Any] = {
        "dependencies": project["project"]["dependencies"],
        "requires-python": project["project"]["requires-python"],
        "groups": project["dependency-groups"],
        "locks": LOCKS,
    }
    return hashlib.sha256(json.dumps(inputs, sort_keys=True).encode()).hexdigest()


def header() -> str:
    """The first lines of every lock file."""
    return f"# Written by `make lock` from pyproject.toml.\n# inputs: sha256:{inputs_digest()}\n"


def write(upgrade: bool) -> None:
    """Lock anew, keeping the versions that still fit unless `upgrade` is asked for."""
    options = ["--upgrade"] if upgrade else []
    for name, arguments in LOCKS.items():
        lock = REQUIREMENTS / f"{name}.lock"
        command = [
            Path(sys.executable).with_name("uv"),
            *COMPILE,
            *options,
            *arguments,
            "--output-file",
            lock,
        ]
        subprocess.run([str(word) for word in command], cwd=ROOT, check=True)
        lock.write_text(header() + lock.read_text().removeprefix(header()))


def problems() -> list[str]:
    """What is wrong with the lock files, one line each."""
    found = []
    for name in LOCKS:
        path = REQUIREMENTS / f"{name}.lock"
        text = path.read_text() if path.exists() else ""
        if not text.startswith(header()):
            found.append(f"requirements/{name}.lock is not what pyproject.toml asks for: run `make lock`.")
        if re.search(r"https?://|file:|--(extra-)?index-url|--find-links", text):
            found.append(f"requirements/{name}.lock names where packages come from; it must not.")
    package_lock = ROOT / "frontend" / "package-lock.json"
    if package_lock.exists() and '"resolved"' in package_lock.read_text():
        found.append(
            "frontend/package-lock.json holds download addresses; set omit-lockfile-registry-resolved."
        )
    return found


def main() -> None:
    """`--check` reports stale locks; `--upgrade` takes the newest versions; without either, lock."""
    if "--check" in sys.argv[1:]:
        sys.exit("\n".join(problems()) or 0)
    write(upgrade="--upgrade" in sys.argv[1:])


if __name__ == "__main__":
    main()
