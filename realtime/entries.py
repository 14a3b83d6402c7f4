"""Events as the fan-out holds them: encoded once, framed once, with what decides who may see them."""

import json
from collections.abc import Iterable
from functools import cached_property
from typing import Any, NamedTuple


class Entry(NamedTuple):
    """One event of the log, encoded. Plain values only: it travels through the channel layer as it is."""

    seq: int
    text: str
    credited: bool
    audience: str
    topics: tuple[str, ...]

    @property
    def event(self) -> dict[str, Any]:
        """The decoded frame: `seq`, `event` (its name), `at`, `data`."""
        return json.loads(self.text)


def wire_frame(payload: bytes, opcode: int = 1) -> bytes:
    """Return an unmasked, final WebSocket frame (RFC 6455 §5.2) around a payload; text by default."""
    size = len(payload)
    if size < 126:
        return bytes((0x80 | opcode, size)) + payload
    if size < 65536:
        return bytes((0x80 | opcode, 126)) + size.to_bytes(2, "big") + payload
    return bytes((0x80 | opcode, 127)) + size.to_bytes(8, "big") + payload


class Frames:
    """Some frames that leave together; joined and framed when the first socket needs them so."""

    def __init__(self, texts: Iterable[str]) -> None:
        self.texts = tuple(texts)

    @cached_property
    def wire(self) -> bytes:
        """All frames as bytes for the transport."""
        return b"".join(wire_frame(text.encode()) for text in self.texts)

    @cached_property
    def size(self) -> int:
        """Bytes of the texts, as counted against a socket's window."""
        return sum(len(text.encode()) for text in self.texts)

    def __len__(self) -> int:
        return len(self.texts)
