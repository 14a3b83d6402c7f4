"""Telephone numbers in their one form (ITU-T E.164), short codes, and senders with letters."""

import re
from functools import lru_cache

import phonenumbers

from hub.messages import Party

IDENTITY = "phone"

_FORMATTING = re.compile(r"[\s().\-/\u00a0\u2010-\u2015]+")
_NUMBER = re.compile(r"\+\d{4,15}")
_SHORT_CODE = re.compile(r"\d{3,8}")
_LETTERS = re.compile(r"(?=.*[A-Za-z])[A-Za-z0-9 &+_\-]{1,11}")


def normalise(typed: str) -> str | None:
    """`+15550100001`, `12345` or `Acme Shop`; None for what is none of them, such as a number without its
    country. The letters of a sender keep their case."""
    text = typed.strip()
    compact = _FORMATTING.sub("", text)
    if compact.startswith("00"):
        compact = f"+{compact[2:]}"
    if compact.startswith("+"):
        return _e164(compact)
    if _SHORT_CODE.fullmatch(compact):
        return compact
    return " ".join(text.split()) if _LETTERS.fullmatch(text) else None


def party(said: str) -> Party:
    """Whoever the provider names; "" is nobody. What is no number keeps its form: it cannot be answered."""
    text = said.replace("\0", "").strip()
    value = normalise(text) or (text[1:] and _NUMBER.fullmatch(text) and text) or text[:64]
    return Party(IDENTITY, value, display=_display(value), verified=True)


def is_number(address: str) -> bool:
    """Whether it is a telephone number in its normal form."""
    return bool(_NUMBER.fullmatch(address))


@lru_cache(maxsize=4096)
def _e164(compact: str) -> str | None:
    try:
        number = phonenumbers.parse(compact, None)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number):
        return None
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


@lru_cache(maxsize=4096)
def _display(value: str) -> str:
    """As people write it: `+49 1511 2345678`."""
    if not is_number(value):
        return value
    try:
        number = phonenumbers.parse(value, None)
    except phonenumbers.NumberParseException:
        return value
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL))
