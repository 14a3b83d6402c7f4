"""`hub manage startconnector`: a new channel as a package of its own that works from the first minute."""

import re
from argparse import ArgumentParser
from importlib.util import find_spec
from pathlib import Path
from string import Template
from typing import Any

from django.core.management.base import BaseCommand, CommandError

import hub
from hub import registry

STARTER = Path(__file__).resolve().parent.parent / "starter"
_KIND = re.compile(r"[a-z][a-z0-9]{1,30}")


class Command(BaseCommand):
    """Writes the files of `hub/management/starter` with the kind's names in them."""

    help = "Begin a channel in a package of its own: connector, form, fake provider, tests and README."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The kind, and where to put it."""
        parser.add_argument("kind", help="lower-case letters and digits, such as guestbook")
        parser.add_argument("--label", default="", help="what people call it, such as “Guest book”")
        parser.add_argument("--target", default=".", help="the folder in which the package's folder is made")

    def handle(self, *args: Any, **options: Any) -> None:
        """Make the folder; nothing is overwritten."""
        kind = options["kind"]
        if not _KIND.fullmatch(kind):
            raise CommandError("A kind has 2 to 31 lower-case letters and digits, a letter first.")
        if kind in registry.connectors() or find_spec(f"omnihub_{kind}"):
            raise CommandError(f"There is a connector of the kind {kind} already.")
        root = Path(options["target"]).expanduser().resolve() / f"omnihub-{kind}"
        if root.exists():
            raise CommandError(f"{root} exists already.")
        label = options["label"] or kind.capitalize()
        names = {
            "kind": kind,
            "label": label.replace("\\", "").replace('"', ""),
            "name": kind.capitalize(),
            "package": f"omnihub_{kind}",
            "version": hub.__version__,
        }
        for path, content in rendered(names):
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_text(content)
        self.stdout.write(f"{root} is ready: its README says how to go on.")


def rendered(names: dict[str, str]) -> list[tuple[str, str]]:
    """Path and content of each file; `PACKAGE` in a path is the package's name."""
    return [
        (
            str(path.relative_to(STARTER)).removesuffix(".tpl").replace("PACKAGE", names["package"]),
            Template(path.read_text()).substitute(names),
        )
        for path in sorted(STARTER.rglob("*.tpl"))
    ]
