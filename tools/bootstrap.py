"""Create `.venv` and install the locked packages: with uv where pip can get it, else with pip, from one lock.

Runs on the machine's own Python, so it uses the standard library alone.
"""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
REQUIREMENTS = ROOT / "requirements"
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
OLDEST_PYTHON = (3, 11)


def run(*command: object, quiet: bool = False) -> bool:
    """Run a command in the project's folder; whether it succeeded."""
    output = subprocess.DEVNULL if quiet else None
    arguments = [str(word) for word in command]
    return subprocess.run(arguments, cwd=ROOT, stdout=output, stderr=output, check=False).returncode == 0


def create_venv() -> None:
    """Create the virtual environment unless a working one is there."""
    if sys.version_info < OLDEST_PYTHON:
        sys.exit("Omnihub needs Python 3.11 or newer.")
    if PYTHON.exists() and run(PYTHON, "-m", "pip", "--version", quiet=True):
        return
    if not run(sys.executable, "-m", "venv", "--clear", VENV):
        sys.exit("No virtual environment could be made; on Debian, install the package python3-venv.")


def pip(*arguments: object, quiet: bool = False) -> bool:
    """Run the environment's pip; whether it succeeded."""
    return run(PYTHON, "-m", "pip", "--disable-pip-version-check", "--quiet", *arguments, quiet=quiet)


def uv(*arguments: object) -> bool:
    """Run `uv pip` on the environment; False when uv cannot be had or fails, having said nothing."""
    lock = REQUIREMENTS / "bootstrap.lock"
    has_uv = pip("install", "--require-hashes", "--requirement", lock, quiet=True)
    return has_uv and run(VENV / "bin" / "uv", "pip", *arguments, "--python", PYTHON, quiet=True)


def install(lock_name: str) -> None:
    """Install one lock file, every package checked against its hash."""
    arguments = ("install", "--require-hashes", "--requirement", REQUIREMENTS / lock_name)
    if not uv(*arguments) and not pip(*arguments):
        sys.exit(f"The packages of requirements/{lock_name} could not be installed.")


def install_project() -> None:
    """Install Omnihub itself, editable, so that `.venv/bin/hub` runs the code in this folder."""
    arguments = ("install", "--no-deps", "--no-build-isolation", "--editable", ROOT)
    if not uv(*arguments) and not pip(*arguments):
        sys.exit("Omnihub itself could not be installed.")


def install_node() -> None:
    """Install a Node from PyPI where the machine has none new enough."""
    sys.path.insert(0, str(ROOT))
    from tools.frontend import system_node

    if system_node() is None:
        install("node.lock")


def main() -> None:
    """Bring the environment up to date."""
    print("Setting up .venv …", flush=True)
    create_venv()
    install("dev.lock")
    install_project()
    install_node()


if __name__ == "__main__":
    main()
