"""Threads of mails as people's programs write them: full references, shortened ones, In-Reply-To alone."""

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Sent:
    """A mail of a thread; `references` as in the header, oldest first. One of both headers may be missing."""

    key: str
    references: tuple[str, ...] = ()
    in_reply_to: tuple[str, ...] = ()

    @property
    def message_id(self) -> str:
        """Its Message-ID."""
        return f"<{self.key}@example.net>"

    @property
    def named(self) -> tuple[str, ...]:
        """What it refers to as the connector hands it over, nearest first."""
        return tuple(dict.fromkeys((*self.in_reply_to, *reversed(self.references))))

    def raw(self, sender: str, to: str) -> bytes:
        """The mail as bytes, its subject its own, so that nothing but headers tells where it belongs."""
        lines = [
            f"From: {sender}",
            f"To: {to}",
            f"Subject: About {self.key}",
            "Date: Mon, 02 Mar 2026 10:00:00 +0000",
            f"Message-ID: {self.message_id}",
            *([f"In-Reply-To: {' '.join(self.in_reply_to)}"] if self.in_reply_to else []),
            *(["References: " + "\r\n ".join(self.references)] if self.references else []),
        ]
        return ("\r\n".join(lines) + f"\r\n\r\nText of {self.key}\r\n").encode()


def grow(parents: Sequence[int | None], styles: Sequence[int], prefix: str = "m") -> list[Sent]:
    """Mails in a forest: mail N answers mail `parents[N]` (an earlier one, or None) in one of four styles."""
    mails: list[Sent] = []
    lines: list[tuple[str, ...]] = []
    for number, (parent, style) in enumerate(zip(parents, styles, strict=True)):
        line = () if parent is None else (*lines[parent], mails[parent].message_id)
        lines.append(line)
        nearest = line[-1:]
        references, in_reply_to = [(line, nearest), (line, ()), (line[-2:], nearest), ((), nearest)][
            style % 4
        ]
        mails.append(Sent(f"{prefix}{number}", references, in_reply_to))
    return mails


def wood(seed: int, count: int) -> list[Sent]:
    """A random forest of so many mails, in random order of arrival, a fifth of them lost on the way."""
    chance = random.Random(seed)
    parents = [chance.choice([None, *range(n), *range(n)]) if n else None for n in range(count)]
    mails = grow(parents, [chance.randrange(4) for _ in range(count)], f"s{seed}-")
    arriving = [mail for mail in mails if chance.random() > 0.2]
    chance.shuffle(arriving)
    return arriving


def groups(mails: Iterable[Sent]) -> set[frozenset[str]]:
    """Which mails belong together because headers connect them, whatever was lost in between."""
    mails = list(mails)
    together: dict[str, str] = {}

    def root(name: str) -> str:
        while together.setdefault(name, name) != name:
            name = together[name]
        return name

    for mail in mails:
        for name in mail.named:
            together[root(name)] = root(mail.message_id)
    found: dict[str, set[str]] = {}
    for mail in mails:
        found.setdefault(root(mail.message_id), set()).add(mail.key)
    return {frozenset(keys) for keys in found.values()}
