"""Where something is said on Slack, and who says it: ids of workspaces, channels, messages and people."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Self

KIND = "slack"

_PAIR = re.compile(r"([te][a-z0-9]{2,20})[/ ]+([auw][a-z0-9]{2,20})")
_STAMP = re.compile(r"\d{1,12}\.\d{1,9}")


@dataclass(frozen=True, slots=True)
class Place:
    """A channel, and the message at the top of a thread in it; written as `channel[/thread]`.

    Ids of direct messages begin with D. A `thread` is the time stamp of its first message, a text that is
    never a number: it has more digits than a float keeps.
    """

    channel: str
    thread: str = ""

    @classmethod
    def read(cls, thread_key: str) -> Self:
        """The place of a thread's key; raises `ValueError` when it is none."""
        channel, _, thread = thread_key.partition("/")
        if not (channel.isascii() and channel.isalnum()) or (thread and not _STAMP.fullmatch(thread)):
            raise ValueError("no place on Slack")
        return cls(channel, thread)

    def __str__(self) -> str:
        return f"{self.channel}/{self.thread}" if self.thread else self.channel

    def message(self, stamp: str) -> str:
        """The id of a message here, by its time stamp; a channel never gives one twice."""
        if not _STAMP.fullmatch(stamp):
            raise ValueError("no time stamp of a message")
        return f"{self.channel}:{stamp}"


def person_value(team: str, user: str) -> str:
    """Somebody's address: workspace and member, as `t0123/u0456`. Slack's ids have capitals only."""
    return f"{team}/{user}".lower()


def address_value(team: str, app: str) -> str:
    """The address of a channel of ours: workspace and app, as `t0123/a0456`."""
    return f"{team}/{app}".lower()


def normal(address: str) -> str | None:
    """A pair of a workspace and an app or a member, as people type it; None for anything else."""
    found = _PAIR.fullmatch(address.strip().lower())
    return f"{found[1]}/{found[2]}" if found else None


def ids_of(address: str) -> tuple[str, str]:
    """Both ids of an address as Slack writes them; empty when it is none."""
    first, _, second = (normal(address) or "").upper().partition("/")
    return first, second


def instant(stamp: str) -> datetime:
    """The moment of a time stamp; raises `ValueError` when it is none."""
    return datetime.fromtimestamp(float(stamp), UTC)
