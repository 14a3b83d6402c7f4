"""demo.json: the addresses, sign-ins and ids of the demo, for scripts and people."""

import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.conf import settings

from inbox.demo.organizations import Cast


def path() -> Path:
    """Where demo.json lies."""
    return Path(settings.DATA_DIR) / "demo.json"


def read() -> dict[str, dict[str, Any]]:
    """The organizations of an earlier demo.json by slug; nothing when it is missing or broken."""
    try:
        return {entry["slug"]: entry for entry in json.loads(path().read_text())["organizations"]}
    except (OSError, ValueError, KeyError, TypeError):
        return {}


def write(casts: Sequence[Cast]) -> Path:
    """Write demo.json with mode 0600, in one step."""
    content = {
        "base_url": settings.PUBLIC_URL,
        "smtp": {"host": settings.HOST, "port": settings.SMTP_PORT},
        "organizations": [_organization(cast) for cast in casts],
    }
    temporary = path().with_suffix(".new")
    temporary.unlink(missing_ok=True)
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        json.dump(content, file, indent=1)
        file.flush()
        os.fsync(file.fileno())
    return temporary.replace(path())


def _organization(cast: Cast) -> dict[str, Any]:
    return {
        "id": str(cast.organization.pk),
        "slug": cast.organization.slug,
        "name": cast.organization.name,
        "users": cast.secrets,
        "channels": cast.channel_fields,
        "queues": {key: {"id": str(queue.pk)} for key, queue in cast.queues.items()},
    }
