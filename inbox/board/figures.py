"""What the figures of a queue mean: contacts that were answered or lost today, and what follows of them."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Final, Literal, NamedTuple

from hub.models.work import WorkKind

PROMISED_KINDS: Final = frozenset({WorkKind.VOICE.value, WorkKind.VIDEO.value, WorkKind.CHAT.value})
"""Somebody waits for these in person: only they count for service level and speed of answer."""

AT_RISK: Final = timedelta(minutes=10)
"""A promise that is due within this time, or was, is at risk."""


class Contact(NamedTuple):
    """How a customer's wait in a queue ended: with an agent, or with giving up; `wait` in seconds."""

    work_id: str
    conversation_id: str
    queue_id: str | None
    kind: str
    outcome: Literal["answered", "abandoned"]
    at: float
    wait: float


class Tally(NamedTuple):
    """Contacts of a day, counted; `waited` sums the seconds of those that were answered.

    Work that nobody waits for in person (mail, SMS, posts) counts as abandoned only.
    """

    answered: int = 0
    in_time: int = 0
    waited: float = 0.0
    abandoned: int = 0
    lost: int = 0

    @property
    def service_level(self) -> float:
        """The share from 0 to 1 of contacts that an agent had in time.

        Accepted within the queue's threshold, of all accepted and of those who gave up after it: a
        caller who hangs up sooner was promised nothing yet. 1 while there is nothing to count.
        """
        counted = self.answered + self.lost
        return self.in_time / counted if counted else 1.0

    @property
    def average_speed_of_answer(self) -> float:
        """The mean seconds from queued to accepted, of what was accepted; 0 while nothing was."""
        return self.waited / self.answered if self.answered else 0.0


def tally(contacts: Iterable[Contact], threshold: float) -> Tally:
    """Count contacts against a queue's threshold in seconds."""
    answered = in_time = abandoned = lost = 0
    waited = 0.0
    for contact in contacts:
        is_promised = contact.kind in PROMISED_KINDS
        if contact.outcome == "abandoned":
            abandoned += 1
            lost += is_promised and contact.wait > threshold
        elif is_promised:
            answered += 1
            in_time += contact.wait <= threshold
            waited += contact.wait
    return Tally(answered, in_time, waited, abandoned, lost)
