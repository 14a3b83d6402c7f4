"""The log's housekeeping, run by the clock."""

from hub.clock import now
from hub.jobs import daily, task
from hub.models.events import EventCounter
from realtime import events


@daily(at="03:20")
@task("realtime.trim")
def trim() -> None:
    """Drop what is older than the log needs to reach back, of every organization."""
    before = now() - events.RETENTION
    counters = EventCounter.objects.unscoped("the clock strikes for every organization")
    for organization_id in counters.values_list("organization_id", flat=True):
        events.trim(organization_id, before)
