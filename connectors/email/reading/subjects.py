"""What the beginning of a subject says: an answer, or a forwarded mail, in many languages.

"VS:" is neither: it is an answer in Finnish and a forwarded mail in Danish.
"""

from __future__ import annotations

import re

from connectors.email.reading.phrases import either

_FORWARD = either(r"""
    fwd?|forward(?:ed)?|wg|wtr|tr|rv|enc|res?env|reenv|i|inoltro|doorst|vb|vl|vidarebefordrat|videresendt|pd
    továbbítás|továbbított|i̇lt|ilt|πρθ|fs|trs|ct|edast|转发|轉寄|轉發|转寄|転送|전달|إعادة توجيه
    הועבר|переслано
""")
_REPLY = re.compile(
    r"^\s*(?:"
    + either(r"""
        re|aw|antw?|antwort|sv|r|rif|odp|ynt|res|resp|rép|vá|απ|σχετ|отв|відп|bls|tl|atb|odg|回复|回覆|答复|返信
        답장|회신|رد|תשובה|השב
    """)
    + r")\s?(?:\[\d{1,4}\]|\(\d{1,4}\)|\^\d{1,4})?\s?[:：]",
    re.IGNORECASE,
)
_FORWARDED = re.compile(rf"^[\s\[(]*(?:{_FORWARD})\s?(?:\[\d{{1,4}}\]|\(\d{{1,4}}\))?\s?[:：]", re.IGNORECASE)
_PREFIX = re.compile(r"^\s*[^\W\d_]{1,12}(?:\s?\[\d{1,4}\]|\s?\(\d{1,4}\))?\s?[:：]\s*")


def is_forward(subject: str) -> bool:
    """Whether the subject's first prefix says that it is a forwarded mail: "Fwd:", "WG:", "TR:", …"""
    subject = subject[:200]
    return bool(_FORWARDED.match(subject))


def is_reply(subject: str) -> bool:
    """Whether the subject's first prefix says that it is an answer: "Re:", "AW:", "SV:", …"""
    return bool(_REPLY.match(subject[:200]))


def without_prefixes(subject: str) -> str:
    """The subject without what mail programs put before it, however often."""
    for _ in range(20):
        if not (is_forward(subject) or is_reply(subject)):
            break
        subject = _PREFIX.sub("", subject.lstrip(" [("), count=1)
    return subject.strip()
