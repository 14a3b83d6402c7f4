"""Fetches updates where Telegram cannot reach the hub (https://core.telegram.org/bots/api#getupdates)."""

import json
from collections.abc import Iterator

from connectors.telegram import bot
from connectors.telegram.parse import UPDATES, lane
from hub.connector import Batch, Cursors, Polled
from hub.models import Channel
from hub.stopping import Stopping

WAIT = 5
"""Seconds for which Telegram holds a call that has nothing to tell; a stop waits no longer."""


def listen(channel: Channel, cursors: Cursors, stopping: Stopping) -> Iterator[Batch]:
    """What is new, a hundred updates at a time. Asking for what follows is what confirms the ones before,
    and it happens only after they were committed."""
    offset = int(cursors("updates").get("offset", 0))
    bot.call(channel, "deleteWebhook", {"drop_pending_updates": False})
    while not stopping.is_set():
        updates = bot.call(
            channel,
            "getUpdates",
            {"offset": offset, "limit": 100, "timeout": WAIT, "allowed_updates": list(UPDATES)},
            seconds=WAIT + 10.0,
        )
        items = [_polled(update) for update in updates or () if isinstance(update, dict)]
        offset = max([offset, *(int(update["update_id"]) + 1 for update in updates or ())])
        yield Batch(items, {"offset": offset}, "updates")


def _polled(update: dict[str, object]) -> Polled:
    raw = json.dumps(update, ensure_ascii=False).encode()
    return Polled(raw, f"update:{update['update_id']}", {"route": ""}, lane(raw))
