"""Events over a WebSocket, where Slack cannot reach the hub (https://docs.slack.dev/apis/events-api/using-socket-mode)."""

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from websockets.exceptions import ConnectionClosed, WebSocketException
from websockets.sync.client import ClientConnection, connect

from connectors.slack import envelope, web_api
from hub import providers
from hub.connector import Batch, Polled
from hub.messages import ErrorClass, SendError
from hub.models import Channel
from hub.stopping import Stopping

_LOOK_SECONDS = 0.5
"""How soon a stop is noticed."""

_OPEN_SECONDS = 10.0
_LARGEST = 8 * 1024 * 1024


def listen(channel: Channel, stopping: Stopping) -> Iterator[Batch]:
    """What Slack sends, each event confirmed after it was committed; what is not comes again elsewhere.

    Ends when Slack asks to connect anew. Raises `SendError`.
    """
    token = str(channel.secrets.get("app_token") or "none")
    url = str(web_api.call(channel, "apps.connections.open", token=token).get("url") or "")
    _check(url)
    try:
        with connect(url, open_timeout=_OPEN_SECONDS, max_size=_LARGEST, proxy=None) as connection:
            yield from _events(channel, connection, stopping)
    except (WebSocketException, OSError) as error:
        words = "The connection to Slack broke."
        raise SendError(ErrorClass.RETRY, "connection-lost", words) from error


def _events(channel: Channel, connection: ClientConnection, stopping: Stopping) -> Iterator[Batch]:
    while not stopping.is_set():
        try:
            told = _read(connection.recv(_LOOK_SECONDS))
        except TimeoutError:
            continue
        except ConnectionClosed as closed:
            if closed.rcvd is not None and closed.rcvd.code in (1000, 1001):
                return
            raise
        if told.get("type") == "disconnect":
            return
        yield Batch(_polled(channel, told), {})
        if told.get("envelope_id"):
            connection.send(json.dumps({"envelope_id": told["envelope_id"]}))


def _polled(channel: Channel, told: dict[str, Any]) -> list[Polled]:
    """The event that a frame brings; greetings, commands and buttons bring none."""
    if told.get("type") != "events_api":
        return []
    raw = json.dumps(told.get("payload"), ensure_ascii=False).encode("utf-8", "replace")
    try:
        payload = envelope.read(raw)
        key = envelope.dedupe_key(payload)
    except ValueError:
        return []
    return [Polled(raw, key, {"route": "", "address": channel.address}, envelope.lane(payload))]


def _read(frame: str | bytes) -> dict[str, Any]:
    try:
        told = json.loads(frame)
    except (ValueError, RecursionError):
        return {}
    return told if isinstance(told, dict) else {}


def _check(url: str) -> None:
    """Only to Slack, or to where the operator has put it."""
    parts = urlsplit(url)
    scheme, host = parts.scheme, parts.hostname or ""
    moved = providers.moved_origin(web_api.PROVIDER)
    if moved is not None and scheme in ("ws", "wss") and host == moved[1]:
        return
    if scheme != "wss" or not host.endswith(".slack.com") or parts.port not in (None, 443):
        raise SendError(ErrorClass.RETRY, "garbage", "Slack answered nonsense.")
