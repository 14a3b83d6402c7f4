"""What `hub run` tells the person at the terminal: addresses, and who may sign in to the demo."""

import json
import sys
from collections.abc import Iterable, Iterator
from typing import Any

import structlog
from django.conf import settings
from django.core.management import call_command
from django.db import connections

from hub import health
from hub.service import Service

log = structlog.get_logger("hub.cli")


def load_demo() -> bool:
    """Load the demo data if it is not there yet, and write demo.json; the hub counts as ready afterwards.

    False when it could not be loaded, which is logged: the hub itself goes on.
    """
    try:
        call_command("demo", verbosity=0)
    except Exception:
        log.exception("demo_failed")
        print("hub: the demo data could not be loaded; the log says why.", file=sys.stderr, flush=True)
        return False
    finally:
        health.release("demo")
        connections.close_all()
    return True


def greeting(services: Iterable[Service], *, demo: bool) -> str:
    """The lines to print once everything runs."""
    lines = ["", "Omnihub is ready."]
    lines += [f"  {service.name:<6} {text}" for service in services if (text := service.describe())]
    if not settings.SMTP_RELAY_URL:
        lines.append(f"  No HUB_SMTP_RELAY_URL: outgoing mail is kept as files in {settings.DATA_DIR}")
    if demo:
        lines += _sign_ins()
    return "\n".join([*lines, "", "Ctrl-C stops it."])


def _sign_ins() -> Iterator[str]:
    try:
        known: dict[str, Any] = json.loads((settings.DATA_DIR / "demo.json").read_text())
    except FileNotFoundError:
        return
    yield f"  A shop with the chat widget: {settings.PUBLIC_URL}/demo/site"
    yield "Demo sign-ins:"
    for organization in known["organizations"]:
        for role, user in organization["users"].items():
            yield f"  {organization['name']:<10} {role:<11} {user['email']:<28} {user['password']}"
