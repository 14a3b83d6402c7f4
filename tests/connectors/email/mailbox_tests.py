"""What tests of mailboxes share: a channel on a user of Dovecot, listened to, and mails to put there."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import count
from typing import Any
from uuid import uuid4

from hub import registry
from hub.connections import Connection
from hub.models import Channel, InboundEnvelope
from tests import factories
from tests.dovecot import PASSWORD, Dovecot

_numbers = count(1)


def mail(subject: str = "", body: str = "Where is my parcel?", *more: str) -> bytes:
    """A mail that no other mail equals."""
    number = next(_numbers)
    head = [
        "From: Carla <carla@example.net>",
        "To: support@acme.test",
        f"Subject: {subject or f'Mail {number}'}",
        f"Message-ID: <{uuid4().hex}@example.net>",
        "Date: " + time.strftime("%a, %d %b %Y %H:%M:%S +0000", time.gmtime()),
        *more,
    ]
    return "\r\n".join([*head, "", body, ""]).encode()


def user() -> str:
    """The name of a user whom no other test has."""
    return f"u{uuid4().hex[:12]}"


def channel(server: Dovecot, name: str, **config: Any) -> Channel:
    """A channel that receives by IMAP from the user's mailbox, or as `config` says."""
    return factories.channel(
        factories.organization(),
        config=server.config(name, **config),
        secrets={"imap_password": PASSWORD, "pop3_password": PASSWORD},
    )


def subjects(of: Channel) -> list[str]:
    """The subjects of what is kept for the channel, in the order of its arrival."""
    rows = InboundEnvelope.objects.filter(channel=of).order_by("received_at", "id")
    lines = (line for row in rows for line in bytes(row.raw).split(b"\r\n\r\n")[0].split(b"\r\n"))
    return [line[9:].decode() for line in lines if line.startswith(b"Subject: ")]


@contextmanager
def listened_to(of: Channel) -> Iterator[Connection]:
    """Listen to the channel, as the listen role does, while the block lasts."""
    connection = Connection(of.pk, registry.connector(of.kind).listening_key(of))
    connection.start()
    try:
        yield connection
    finally:
        connection.stopping.set()
        connection.join(20)
        assert not connection.is_alive()


class Proxy:
    """A TCP proxy whose connections can be cut, or made to fall silent."""

    def __init__(self, port: int) -> None:
        self._target = port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self.connections = 0
        self._pairs: list[tuple[socket.socket, socket.socket]] = []
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            far = socket.create_connection(("127.0.0.1", self._target))
            self.connections += 1
            self._pairs.append((near, far))
            for source, target in ((near, far), (far, near)):
                threading.Thread(target=_copy, args=(source, target), daemon=True).start()

    def cut(self) -> None:
        """End all connections without a word of IMAP."""
        for pair in self._pairs:
            for end in pair:
                _shut(end)
        self._pairs.clear()

    def close(self) -> None:
        """End everything."""
        self._listener.close()
        self.cut()


def _copy(source: socket.socket, target: socket.socket) -> None:
    try:
        while data := source.recv(65536):
            target.sendall(data)
    except OSError:
        pass
    _shut(source)
    _shut(target)


def _shut(end: socket.socket) -> None:
    with suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)
    end.close()
