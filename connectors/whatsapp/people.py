"""Who writes on WhatsApp: a phone number, a business-scoped id, or both.

Since people may hide their number behind a username, a message may name them by an id alone that holds
within one business (https://developers.facebook.com/docs/whatsapp/business-scoped-user-ids).
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from hub.messages import Party

KIND = "whatsapp"

_SCOPED = re.compile(r"[A-Z]{2}\.[A-Za-z0-9.]{1,140}")
_NUMBER = re.compile(r"\d{4,20}")
_BETWEEN_DIGITS = re.compile(r"[\s()./-]+")


def normalise(address: str) -> str | None:
    """A phone number or its id as digits alone, or a business-scoped id; None for anything else."""
    value = address.strip()
    country, dot, rest = value.partition(".")
    scoped = f"{country.upper()}{dot}{rest}"
    if _SCOPED.fullmatch(scoped):
        return scoped
    digits = _BETWEEN_DIGITS.sub("", value).removeprefix("+")
    return digits if digits.isascii() and _NUMBER.fullmatch(digits) else None


def is_scoped(value: str) -> bool:
    """Whether an address is a business-scoped id, and no number."""
    return _SCOPED.fullmatch(value) is not None


def target(value: str) -> dict[str, str]:
    """How a request names its recipient."""
    return {"recipient": value} if is_scoped(value) else {"to": value}


def person(number: str, user_id: str, contacts: Sequence[Mapping[str, Any]]) -> Party:
    """The party behind a number, an id or both; what the envelope's `contacts` know of them besides.

    The number is the address where it is known, and the id an alias: who hides the number later is
    recognised. Raises `ValueError` for nobody.
    """
    if is_scoped(number):
        number, user_id = "", number
    known = _contact(number, user_id, contacts)
    number = number or str(known.get("wa_id") or "")
    user_id = user_id or str(known.get("user_id") or "")
    if is_scoped(number):
        number = ""
    value = number or user_id
    if not value:
        raise ValueError("nobody is named")
    profile = known.get("profile") or {}
    username = str(profile.get("username") or "")
    aliases = [(KIND, user_id)] if number and user_id else []
    if number.isdecimal():
        aliases.append(("phone", f"+{number}"))
    return Party(
        kind=KIND,
        value=value[:255],
        name=str(profile.get("name") or username)[:200],
        display=f"+{number}" if number else (f"@{username}" if username else value),
        verified=True,
        aliases=tuple(aliases),
    )


def thread_key(customer: Party) -> str:
    """What holds a chat together: the business-scoped id where it is known, because it stays when the number
    is hidden, else the number."""
    known = (customer.value, *(value for kind, value in customer.aliases if kind == KIND))
    return next((value for value in known if is_scoped(value)), customer.value)


def _contact(number: str, user_id: str, contacts: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
    for one in contacts:
        if (number and one.get("wa_id") == number) or (user_id and one.get("user_id") == user_id):
            return one
    # One contact and a message that names nobody: it is theirs.
    return contacts[0] if len(contacts) == 1 and not (number or user_id) else {}
