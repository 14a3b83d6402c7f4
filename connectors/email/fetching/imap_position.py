"""How far a folder was read, and where to begin when there is no telling."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from connectors.email.fetching.imap import Selected

OVERLAP = timedelta(days=30)
"""How far back mails are looked at again in a folder whose UIDs have lost their meaning."""


STUMBLES = 3
"""How often a connection may break during one mail before that mail is left where it is."""


@dataclass(frozen=True, slots=True)
class Position:
    """Everything up to `uid` was read. What arrived before the day `began` is none of ours.

    Up to the UID `old_until` there may be mails of long ago. `pending` are the last mails that were kept: it
    is not certain yet that the folder knows. `stumbled` is the mail during which the connection broke, and
    how often it did.
    """

    uid_validity: int
    uid: int
    began: date
    old_until: int = 0
    pending: tuple[int, ...] = ()
    stumbled: tuple[int, int] = (0, 0)

    @property
    def is_among_old(self) -> bool:
        """Whether the next mails may be old ones."""
        return self.uid < self.old_until

    def as_json(self) -> dict[str, Any]:
        """The form that is stored."""
        return {
            "uid_validity": self.uid_validity,
            "uid": self.uid,
            "began": self.began.isoformat(),
            "old_until": self.old_until,
            "pending": list(self.pending),
            "stumbled": list(self.stumbled),
        }

    @property
    def stumbling_block(self) -> int:
        """The UID of a mail that is not to be fetched any more; 0 if there is none."""
        uid, times = self.stumbled
        return uid if times >= STUMBLES else 0

    def stumble(self, uid: int) -> Position:
        """The position after the connection broke during a mail."""
        before, times = self.stumbled
        return replace(self, stumbled=(uid, times + 1 if uid == before else 1))

    def after(self, uid: int, pending: tuple[int, ...], newest: datetime | None, today: date) -> Position:
        """The position once the mails up to `uid` are kept, the newest of which arrived at `newest`."""
        is_clear = newest is not None and not self.is_among_old
        latest = min(newest.date(), today) - OVERLAP if is_clear and newest else self.began
        return replace(self, uid=max(uid, self.uid), began=max(self.began, latest), pending=pending)


def read(value: Mapping[str, Any]) -> Position | None:
    """Undo `as_json`; None for an empty cursor."""
    if not value:
        return None
    return Position(
        int(value["uid_validity"]),
        int(value["uid"]),
        date.fromisoformat(value["began"]),
        int(value["old_until"]),
        tuple(value["pending"]),
        tuple(value.get("stumbled", (0, 0))),
    )


def position_in(selected: Selected, known: Position | None, import_days: int, today: date) -> Position:
    """Where to go on in a folder that was just opened.

    A folder never seen begins with what comes from now on, or `import_days` ago. One that was made anew, or
    put back to an earlier state, is looked through from `began` on: what was kept before is known again by
    its content.
    """
    newest = max(selected.uid_next - 1, 0)
    if known is None and import_days <= 0:
        return Position(selected.uid_validity, newest, today)
    if known is None:
        return Position(selected.uid_validity, 0, today - timedelta(days=import_days), newest)
    if known.uid_validity != selected.uid_validity or known.uid > newest:
        return Position(selected.uid_validity, 0, known.began, newest)
    return known
