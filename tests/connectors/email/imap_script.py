"""An IMAP server that follows a script: for what Dovecot cannot be made to do on demand."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

Answer = Callable[[str, str], list[bytes]]
"""From a command's tag and words to the lines that answer it."""


@dataclass
class ScriptedServer:
    """What the server heard, and where it is."""

    port: int
    heard: list[str] = field(default_factory=list)


@contextmanager
def scripted_server(answer: Answer, greeting: bytes = b"* OK ready") -> Iterator[ScriptedServer]:
    """Run one until the block ends; `answer` may give b"" to end the connection."""
    listener = socket.create_server(("127.0.0.1", 0))
    server = ScriptedServer(listener.getsockname()[1])

    def serve() -> None:
        with suppress(OSError):
            while True:
                connection, _ = listener.accept()
                threading.Thread(target=_serve_one, args=(connection, server, answer, greeting)).start()

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        with suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(5)


def _serve_one(connection: socket.socket, server: ScriptedServer, answer: Answer, greeting: bytes) -> None:
    with connection, suppress(OSError):
        connection.settimeout(20)
        connection.sendall(greeting + b"\r\n")
        lines = connection.makefile("rb")
        while line := lines.readline():
            words = line.decode().strip()
            server.heard.append(words)
            tag, _, command = words.partition(" ")
            replies = answer(tag, command.upper())
            connection.sendall(b"".join(reply + b"\r\n" for reply in replies if reply))
            if b"" in replies:
                return
        lines.close()
