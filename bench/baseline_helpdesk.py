"""The baseline for ingestion: django-helpdesk's `get_email` on a folder of mails.

Runs in a virtual environment of its own, because it needs other packages than the hub:
`python baseline_helpdesk.py FOLDER` prints one JSON object, `{"mails": n, "seconds": s, "cpu_seconds": s}`.
"""

import json
import logging
import sys
import time
from pathlib import Path

import django
from django.conf import settings


def configure(folder: Path) -> None:
    """Django as django-helpdesk's own documentation sets it up: SQLite in Django's default journal mode."""
    settings.configure(
        SECRET_KEY="x" * 50,
        USE_TZ=True,
        DATABASES={
            "default": {
                "ENGINE": "django.db.backends.sqlite3",
                "NAME": str(folder / "helpdesk.sqlite3"),
            }
        },
        INSTALLED_APPS=[
            "django.contrib.auth",
            "django.contrib.contenttypes",
            "django.contrib.sessions",
            "django.contrib.sites",
            "django.contrib.humanize",
            "rest_framework",
            "helpdesk",
        ],
        SITE_ID=1,
        MEDIA_ROOT=str(folder / "media"),
        DEFAULT_AUTO_FIELD="django.db.models.AutoField",
        EMAIL_BACKEND="django.core.mail.backends.dummy.EmailBackend",
        HELPDESK_TEAMS_MODE_ENABLED=False,
        HELPDESK_USE_CDN=False,
        ROOT_URLCONF="__main__",
        TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}],
    )
    django.setup()


def measure(folder: Path) -> dict[str, float]:
    """Take in every mail of `folder`/mails; counts what became a ticket or a follow-up."""
    from django.core.management import call_command
    from helpdesk.email import process_email
    from helpdesk.models import FollowUp, Queue

    call_command("migrate", verbosity=0)
    Queue.objects.create(
        title="Support",
        slug="support",
        email_address="support@acme.test",
        email_box_type="local",
        email_box_local_dir=str(folder / "mails"),
        allow_email_submission=True,
        email_box_interval=0,
    )
    begin, cpu = time.perf_counter(), time.process_time()
    process_email(quiet=True)
    return {
        "seconds": time.perf_counter() - begin,
        "cpu_seconds": time.process_time() - cpu,
        "mails": FollowUp.objects.count(),
    }


if __name__ == "__main__":
    logging.disable(logging.CRITICAL)
    place = Path(sys.argv[1])
    configure(place)
    from django.urls import include, path

    urlpatterns = [path("", include("helpdesk.urls", namespace="helpdesk"))]
    print(json.dumps(measure(place)))
