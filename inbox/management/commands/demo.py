"""`hub manage demo`: load the demo data once, and write demo.json."""

from typing import Any

from django.core.management.base import BaseCommand

from inbox import demo


class Command(BaseCommand):
    """Makes two organizations with a month of conversations; a second call only renews demo.json."""

    help = "Load the demo data (two organizations, a month of conversations) and write demo.json."

    def handle(self, *args: Any, **options: Any) -> None:
        path = demo.load()
        if options["verbosity"]:
            self.stdout.write(f"Demo data is there; sign-ins are in {path}.")
