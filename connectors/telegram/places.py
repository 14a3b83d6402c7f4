"""Where something is said on Telegram: a chat, a topic of a forum, a business account's chat."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self


@dataclass(frozen=True, slots=True)
class Place:
    """A chat with what else tells threads apart; written as `chat[/topic][@business connection]`.

    Ids of groups are negative (https://core.telegram.org/bots/api#chat).
    """

    chat: int
    topic: int = 0
    business: str = ""

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> Self:
        """Where a message, or what is told of one, belongs."""
        topic = told.get("message_thread_id") if told.get("is_topic_message") else 0
        return cls(int(told["chat"]["id"]), int(topic or 0), str(told.get("business_connection_id") or ""))

    @classmethod
    def read(cls, thread_key: str) -> Self:
        """The place of a thread's key; raises `ValueError` when it is none."""
        place, _, business = thread_key.partition("@")
        chat, _, topic = place.partition("/")
        return cls(int(chat), int(topic or 0), business)

    def __str__(self) -> str:
        topic = f"/{self.topic}" if self.topic else ""
        return f"{self.chat}{topic}{f'@{self.business}' if self.business else ''}"

    @property
    def is_group(self) -> bool:
        """Whether more than one person is there."""
        return self.chat < 0

    @property
    def is_business(self) -> bool:
        """Whether a business account's owner speaks there, too."""
        return bool(self.business)

    def message(self, number: int) -> str:
        """The id of a message here: numbers count up in each chat."""
        return f"{self.chat}:{int(number)}"


def number_of(provider_id: str) -> tuple[int, int]:
    """Chat and number of a message's id; raises `ValueError` when it is none."""
    chat, _, number = provider_id.partition(":")
    return int(chat), int(number)
