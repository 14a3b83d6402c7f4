"""Somebody outside, as channels know them."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Party:
    """Somebody outside: an address of one `kind` ("email", "phone", "visitor", …).

    `value` is normal (lower-case mail address, E.164 number, provider's scoped id);
    `display` keeps the form that people read. `verified` means that the channel proves it.
    `aliases` are further addresses, as kind and value, that the provider says are the same person:
    whoever is known by one of them is recognised, and known by the others from then on.
    """

    kind: str
    value: str
    name: str = ""
    display: str = ""
    locale: str = ""
    verified: bool = False
    aliases: tuple[tuple[str, str], ...] = ()
