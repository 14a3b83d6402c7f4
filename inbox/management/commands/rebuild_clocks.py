"""`hub manage rebuild_clocks`: the clocks of promises out of their log, or only a comparison with it."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from hub.models import Conversation, Organization
from inbox.sla.rebuilding import rebuild

_SHOWN = 20


class Command(BaseCommand):
    """Folds the timelines of all conversations anew, says what was kept otherwise, and sets it right."""

    help = "Make the clocks of promises again out of their timelines; --check only compares."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="compare only, change nothing")
        parser.add_argument("--organization", default="", help="the slug of one organization, else all")

    def handle(self, *args: Any, **options: Any) -> None:
        organizations = Organization.objects.order_by("slug")
        if slug := options["organization"]:
            organizations = organizations.filter(slug=slug)
            if not organizations:
                raise CommandError(f"There is no organization “{slug}”.")
        different = sum(
            self._organization(organization, only_compare=options["check"]) for organization in organizations
        )
        if different and options["check"]:
            raise CommandError(f"{different} clocks are kept otherwise than their log says.")

    def _organization(self, organization: Organization, *, only_compare: bool) -> int:
        total = Conversation.objects.within(organization).count()
        done, different = 0, 0
        for count, differences in rebuild(organization, only_compare=only_compare):
            done += count
            for one in differences[: max(0, _SHOWN - different)]:
                self.stdout.write(f"{one.conversation_id} {one.clock}\n  kept:    {one.kept or '–'}")
                self.stdout.write(f"  rebuilt: {one.rebuilt or '–'}")
            different += len(differences)
            if _is_watched(self.stdout):
                self.stdout.write(f"\r{organization.slug}: {done} of {total}", ending="")
        self.stdout.write(f"{organization.slug}: {done} conversations, {different} clocks differed.")
        return different


def _is_watched(stream: Any) -> bool:
    """Whether somebody watches, so that a line that is written over shows how far it is."""
    return bool(getattr(stream, "isatty", lambda: False)())
