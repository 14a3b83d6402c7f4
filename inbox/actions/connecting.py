"""Connects channels: tells their providers where webhooks go, and that no more are wanted."""

import structlog
from django.conf import settings

from hub import registry
from hub.connector import Connector
from hub.jobs import Retry, RunningJob, enqueue
from hub.messages import ErrorClass, SendError
from hub.models import Channel
from inbox.actions.channel_health import channel_health

log = structlog.get_logger("inbox.channels")

CONNECT = "inbox.connect_channel"
"""The job that tells a provider of a channel's address."""

MOST_ATTEMPTS = 6
_PAUSE = 30.0


def arrange(channel: Channel) -> None:
    """Have the provider told once the open unit of work has committed; nothing where none wants it."""
    connector = registry.connectors().get(channel.kind)
    if connector is not None and type(connector).connect is not Connector.connect:
        enqueue(
            CONNECT, {"channel_id": str(channel.pk)}, queue="default", unique_key=f"{CONNECT}:{channel.pk}"
        )


def callback_url(channel: Channel) -> str:
    """Where the channel's provider has to call, with a slash at its end."""
    return f"{settings.PUBLIC_URL}/hooks/{channel.kind}/{channel.pk}/"


def connect(job: RunningJob, channel_id: str) -> None:
    """Tell the provider, as the channel is now; what stays wrong is shown as the channel's health."""
    rows = Channel.objects.unscoped("the job names the channel").select_related("organization")
    channel = rows.filter(pk=channel_id).first()
    if channel is None:
        return
    connector = registry.connector(channel.kind)
    try:
        if channel.is_active:
            connector.connect(channel, callback_url(channel))
        else:
            connector.disconnect(channel)
    except Exception as error:  # noqa: BLE001  the edge to an SDK: anything may come out of it
        _failed(job, channel, error if isinstance(error, SendError) else connector.classify(error))
    else:
        log.info("channel.connected", channel=str(channel.pk), is_active=channel.is_active)


def _failed(job: RunningJob, channel: Channel, error: SendError) -> None:
    is_passing = error.error_class in (ErrorClass.RETRY, ErrorClass.THROTTLED)
    if is_passing and job.attempt < MOST_ATTEMPTS:
        raise Retry(error.retry_after or _PAUSE * job.attempt, f"the provider: {error.code}")
    if channel.is_active:
        channel_health(
            str(channel.pk), ok=False, code=error.code, detail=error.detail, needs_reconnect=not is_passing
        )
