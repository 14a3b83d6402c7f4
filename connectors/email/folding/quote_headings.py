"""Where a line of text, or a few, introduces an earlier mail."""

from __future__ import annotations

import re
from collections.abc import Sequence

from connectors.email.folding import quote_words as words

SCANNED_CHARACTERS = 320
"""Of one line, or of one heading broken over lines; real headings are shorter."""

_HEADING_LINES = 5
_BLOCK_LINES = 14

_WROTE_LAST = re.compile(
    rf"(?:{words.WROTE})\s*(?:<[^<>]*>|\[[^\[\]]*\])?[\s\u200e\u200f]*[:：]?[\s\-–—]*$", re.IGNORECASE
)
_WROTE_INSIDE = re.compile(rf"(?<!\w)(?:{words.WROTE})(?!\w).{{0,200}}[:：][\s\-–—]*$", re.IGNORECASE)
_ADDRESS = re.compile(r"[^\s<>@\"(\[]@[\w.-]+\.\w")
_BRACED_ADDRESS = re.compile(r"[<(\[][^\s<>@()]+@[^\s<>@()]+[>)\]]")
_TIME = re.compile(r"\d{1,2}[:.h]\d\d")
_WHEN = re.compile(
    r"\b\d{1,2}[:.h]\d\d|\b(?:19|20)\d\d\b|\d{1,4}[-./]\d{1,2}[-./]\d{1,4}"
    r"|\d{1,2}\s?[年月日시]|\d년|\b\d{1,2}(?:st|nd|rd|th)\b|\b\d{1,2}\.? \w{3,12}\b|\b\w{3,12} \d{1,2},"
)
_EXACTLY_WHEN = re.compile(r"\d{1,2}[:.]\d\d|\b(?:19|20)\d\d|\d{4}[-/.年]\d|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}")
_ENDS_WITH_ADDRESS = re.compile(
    r"<[^<>\s]+@[^<>\s]+>[\"')\]]?(?:\s*\S{0,12})?[:：]\s*$|<[^<>\s]+@[^<>\s]+>\s*$"
)
_STARTS_WITH_DATE = re.compile(
    r"^\W{0,6}(?:\w{1,12}[.,]{0,2} ){0,3}\d{1,4}(?:[-./:年월]|[,.]? \w|st|nd|rd|th)"
)
_DIGIT = re.compile(r"\d")
_OPENER = re.compile(
    rf"^\W{{0,3}}(?:{words.ON})(?=[\s,.]).{{0,40}}\d|^\W{{0,3}}\d{{1,4}}[-./年]\d{{1,2}}[-./月]\d",
    re.IGNORECASE,
)

_RULE = re.compile(
    rf"^[\s>|]*+(?:[-_=*~–—]{{2,}}+|[-–—*]\s)\s*\**(?:{words.ORIGINAL})\s*[:：]?\**\s*[-_=*~–—]*\s*$",
    re.IGNORECASE,
)
_FORWARD_RULE = re.compile(
    rf"^[\s>|]*+(?:[-_=*~–—]{{2,}}+\s*(?:{words.FORWARDED})\s*[:：]?\s*[-_=*~–—]*"
    rf"|(?:{words.FORWARDED})\s*[:：])\s*$",
    re.IGNORECASE,
)
# Notes writes -----Ann/US wrote: -----, GroupWise >>> Ann <a@b.c> 1/5/2026 3:04 PM >>>
_NOTES_RULE = re.compile(
    rf"^[\s>]*+-{{2,}}+\s?[^\s-].{{1,200}}(?:{words.WROTE})\s?[:：]?\s?-{{2,}}\s*$"
    r"|^>>>\s[^\n>]{1,160}(?:<[^<>]{1,80}>)?[^\n>]{0,40}\d:\d\d[^\n>]{0,20}>>>\s*$",
    re.IGNORECASE,
)
_DIVIDER = re.compile(r"^[\s>]*(?:[-_=*~–—]\s?){3,}$")
_FROM = re.compile(rf"^[\s>|*•·-]*(?:{words.FROM})\s*\**\s*[:：]\s*\**\s*\S", re.IGNORECASE)
_EMPTY_FROM = re.compile(rf"^[\s>|*]*(?:{words.FROM})\s*\**\s*[:：]\s*\**\s*$", re.IGNORECASE)
_FIELDS = {
    "from": words.FROM,
    "sent": words.SENT,
    "to": words.TO,
    "subject": words.SUBJECT,
    "other": words.OTHER_FIELDS,
}
_FIELD = re.compile(
    r"^[\s>|*•·-]*(?:"
    + "|".join(f"(?P<{name}>{field})" for name, field in _FIELDS.items())
    + r")\s*\**\s*[:：]",
    re.IGNORECASE,
)
_INNER_FIELD = re.compile(
    rf"(?<=\s)\**(?:{words.SENT}|{words.TO}|{words.SUBJECT})\s*\**\s*[:：]\**\s", re.IGNORECASE
)
_ANY_FIELD = re.compile(r"^[\s>|*]*[^\W\d_][^:：\n]{0,24}\s*\*?[:：]\*?(?:\s+\S|$)")
_REPLY_ABOVE = re.compile(
    rf"(?=.{{0,200}}(?:{words.ANSWER}))(?=.{{0,200}}(?:{words.ABOVE}))(?=.{{0,200}}(?:{words.LINE})).{{8,140}}$",
    re.IGNORECASE,
)
_RULED = re.compile(r"^[\s>]*+[-_=#*~–—]{2,}")


def is_reply_above(line: str) -> bool:
    """Whether a help desk asks here to answer above this line."""
    line = line[:SCANNED_CHARACTERS].strip()
    if len(line) > 160 or not line:
        return False
    return bool(_RULED.match(line) or len(line) < 90) and bool(_REPLY_ABOVE.match(line)) and _is_notice(line)


def _is_notice(line: str) -> bool:
    """Set off by dashes or signs, or in the words that all help desks use."""
    return bool(_RULED.match(line)) or bool(
        re.search(
            r"above this line|oberhalb dieser (?:linie|zeile)|au-dessus de cette ligne", line, re.IGNORECASE
        )
    )


def is_rule(line: str) -> bool:
    """Whether it is "-----Original Message-----" or the like: what follows is the mail that is answered."""
    line = line[:SCANNED_CHARACTERS]
    return bool(_RULE.match(line) or _NOTES_RULE.match(line))


def is_forward_rule(line: str) -> bool:
    """Whether it is "---------- Forwarded message ---------" or the like."""
    return bool(_FORWARD_RULE.match(line[:SCANNED_CHARACTERS]))


def is_divider(line: str) -> bool:
    """Whether it is a line of dashes, underscores or the like, and nothing else."""
    return bool(_DIVIDER.match(line[:SCANNED_CHARACTERS]))


def field_kind(line: str) -> str:
    """Which header of a quoted mail the line is: from, sent, to, subject, other, or "" for none."""
    match = _FIELD.match(line[:SCANNED_CHARACTERS])
    return (match.lastgroup or "") if match else ""


def is_header_block(lines: Sequence[str], index: int) -> bool:
    """Whether the headers of an earlier mail start here, as Outlook writes them: From, Sent, To, Subject.

    In languages that the tables know, any three fields with a sender among them; in others, below a divider
    or with an address in the first line, four lines that look like fields.
    """
    first = lines[index][:SCANNED_CHARACTERS]
    if not _ANY_FIELD.match(first) and not _FIELD.match(first):
        return False
    if _FROM.match(first) and len(_INNER_FIELD.findall(first)) >= 2:
        return True
    block = [line[:SCANNED_CHARACTERS] for line in lines[index : index + _BLOCK_LINES] if line.strip()][:8]
    if _FIELD.match(first):
        kinds = [kind for line in block[:6] if (kind := field_kind(line))]
        named = {"from"} & set(kinds) or any(
            _FROM.match(line) or _EMPTY_FROM.match(line) for line in block[:6]
        )
        if named and len(kinds) + sum(len(_INNER_FIELD.findall(line)) for line in block[:5]) >= 3:
            return True
    fields = 0
    for line in block:
        if not _ANY_FIELD.match(line):
            break
        fields += 1
    divided = any(is_divider(line) for line in lines[max(0, index - 2) : index])
    addressed = bool(re.search(r"[<\[(](?:mailto:)?[^\s<>@]+@[^\s<>@]+[>\])]", first))
    return (fields >= 3 and divided and any(_ADDRESS.search(line) for line in block[:4])) or (
        fields >= 4 and addressed and any(_EXACTLY_WHEN.search(line) for line in block[1:4])
    )


def with_divider_before(lines: Sequence[str], index: int) -> int:
    """Index of the divider above a quoted header, which belongs to it; else `index`."""
    above = index - 1
    while above >= 0 and index - above < 4 and not lines[above].strip():
        above -= 1
    return above if above >= 0 and is_divider(lines[above]) else index


def heading_height(lines: Sequence[str], index: int) -> int:
    """Number of lines of an "On …, … wrote:" that starts here; 0 when none does."""
    joined = ""
    for height in range(1, _HEADING_LINES + 1):
        if index + height > len(lines):
            return 0
        piece = lines[index + height - 1].strip().lstrip("> ")
        if not piece or len(joined) + len(piece) > SCANNED_CHARACTERS:
            return 0
        joined = f"{joined} {piece}" if joined else piece
        if height == 1 and not _may_start(joined):
            return 0
        if _may_end(joined) and _is_heading(joined, height):
            return 0 if _starts_later(lines, index, height) else height
    return 0


def _starts_later(lines: Sequence[str], index: int, height: int) -> bool:
    """Whether the first line is none of the heading: "See you at 9\\nOn 5 January 2026, Ann wrote:"."""
    if _OPENER.match(lines[index].strip()):
        return False
    pieces = [line.strip().lstrip("> ") for line in lines[index : index + height]]
    return any(
        _OPENER.match(pieces[later]) and _is_heading(" ".join(pieces[later:]), height - later)
        for later in range(1, height)
    )


def _may_start(first: str) -> bool:
    """A cheap look at the first line: it holds a date or an address, or the beginning of one."""
    return (
        "@" in first
        or "<" in first
        or _DIGIT.search(first) is not None
        or first.lower().endswith(words.WROTE_WITHOUT_COLON)
    )


def _may_end(joined: str) -> bool:
    """A cheap look at the end."""
    return joined[-1] in ":：>-–—])\u200e\u200f" or joined.lower().endswith(words.WROTE_WITHOUT_COLON)


def _is_heading(joined: str, height: int) -> bool:
    has_address = bool(_ADDRESS.search(joined))
    if not has_address and not _WHEN.search(joined):
        return False
    exact = bool(_EXACTLY_WHEN.search(joined))
    is_closed = joined.rstrip(" -–—\u200e\u200f").endswith((":", "："))
    if _WROTE_LAST.search(joined):
        return has_address or exact or is_closed
    if is_closed and _WROTE_INSIDE.search(joined):
        return exact or has_address
    if is_closed and _BRACED_ADDRESS.search(joined) and _TIME.search(joined) and _WHEN.search(joined):
        return True
    if not (has_address and exact and _ENDS_WITH_ADDRESS.search(joined)):
        return False
    return is_closed or (height == 1 and bool(_STARTS_WITH_DATE.match(joined)))
