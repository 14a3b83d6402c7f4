"""Subjects without what mail programs put before and behind them, and the numbers in them."""

import re

_ANSWER = (
    "re|aw|antw|antwort|sv|vs|ref|rif|r|res|resp|rép|rv|odp|od|odg|ynt|yan|ang|atb|bls|ri|pd|ats|vá|v"
    "|hth|απ|σχετ|ответ|отв|на|відп|възт|השב|תשובה|رد|پاسخ|回复|回覆|答复|答覆|返信|회신|답장|ตอบ|trả lời"
)
_FORWARD = (
    "fwd?|wg|wtr|tr|vl|vb|doorst|enc|rv|i|inoltra|pd|przek|vs|fs|ilt|iletin|továbbítás|továbbított|tov|pfwd"
    "|προωθ|πρ|пересл|пер|fw|הועבר|إعادة توجيه|تمرير|转发|轉寄|轉發|転送|전달|ส่งต่อ|chuyển tiếp"
)
_PREFIX = re.compile(
    rf"^\s*(?:\[[^\]]{{0,40}}\]\s*)?(?:{_ANSWER}|{_FORWARD})\s*(?:[\[(^]?\d{{1,3}}[\])]?)?\s*[:：]\s*",
    re.IGNORECASE,
)
_SUFFIX = re.compile(r"\s*(?:\((?:fwd?|trailer)\)|\[#\d{1,12}\])\s*$", re.IGNORECASE)
_NUMBER = re.compile(r"\[#(\d{1,12})\]")
_LISTED = re.compile(r"^\s*\[#\d{1,12}\]\s*")


def base_subject(subject: str) -> str:
    """A subject as it is compared: no "Re:" or "Fwd:" of any language, no number of ours, no case."""
    return without_prefixes(subject).casefold()


def without_prefixes(subject: str) -> str:
    """A subject without what mail programs and we put before and behind it, on one line.

    After RFC 5256 §2.1, which knows English alone. Total: each round takes something away.
    """
    text = " ".join(subject[:500].split())
    while True:
        shorter = _SUFFIX.sub("", _PREFIX.sub("", _LISTED.sub("", text), count=1), count=1).strip()
        if shorter == text:
            return text
        text = shorter


def number_in(subject: str) -> int | None:
    """The number of a conversation that stands in a subject as `[#123]`."""
    found = _NUMBER.search(subject)
    return int(found[1]) if found else None
