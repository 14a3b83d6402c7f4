"""How mail programs mark, in HTML, where earlier mail stands and where a signature does."""

from __future__ import annotations

import re
from enum import Enum

from connectors.email.reading.phrases import either

_SCANNED_CHARACTERS = 1_500


class Mark(Enum):
    """What an element is by its mark.

    EARLIER is earlier mail; HEADING introduces it; REPLY holds a heading, the earlier mail in a blockquote,
    and perhaps answers between; OPENS stands where earlier mail begins that goes on to the end; MAY_OPEN
    does when headers follow.
    """

    NONE = 0
    EARLIER = 1
    HEADING = 2
    REPLY = 3
    OPENS = 4
    MAY_OPEN = 5
    SIGNATURE = 6


def _named(names: str) -> re.Pattern[str]:
    """Elements whose class, id, name or data-… holds one of the names, whatever stands before it."""
    return re.compile(
        r"\b(?:class|id|name|data-[a-z-]{1,20})\s*=\s*(?:\"[^\"]{0,300}?|'[^']{0,300}?|[^\s\"'>]{0,100}?)"
        rf"(?:{either(names)})",
        re.IGNORECASE,
    )


_EARLIER = _named(r"""
    yahoo_quoted|yahoo_quoted_begin|(?<=[\"'= ])yqt\d|protonmail_quote|proton_quote|zmail_extra|tutanota_quote
    OLK_SRC_BODY_SECTION|mail_android_quote|missive_quote|front-blockquote|freshdesk_quote|airmail_on
    ms-outlook-mobile-reference-message|messageReplySection|quoted-content|nylas-quote|qqmail_quote|EmailQuote
    __QUOTED_TEXT__|isReplyContent|isForwardContent|aolReplacedBody|AOLMsgPart|hey_quote|blockquote_zmail
    sh-quoted|quoted_text|mailbird-quote|bloop_quote|cm_quote|[\"'= ]quote[\"' >]|[\"'= ]quote$|replyforward
""")
_HEADING = _named(r"""
    gmail_attr|moz-cite-prefix|front-attribution|bloop_on|__HEADERS__|airmail_ext_on
""")
_REPLY = _named(r"gmail_quote")
_OPENS = _named(r"""
    divRplyFwdMsg|appendonsend|OutlookMessageHeader|stopSpelling|zwchr|__DIVIDER__|reply-intro
    original-content|isReplyMark
""")
_SIGNATURE = _named(r"""
    gmail_signature|[\"'= ](?:x_)*signature[\"' >]|[\"'= ](?:x_)*signature$|AppleMailSignature
    appleMailSignature
    moz-signature|protonmail_signature|yahoo-signature|[\"'= ](?:ydp\w{0,20})?signature[\"' ]
    ms-outlook-mobile-sig
    messageSignatureSection|Zm-_Id_-Sgn|zmail_signature|tutanota_signature|front-signature|missive_signature
    bloop_sign|airmail_sign|composer_signature|fm_signature|superhuman-signature|mail_signature
    email-signature
    email_signature|hs_signature|sh-signature|signature_block|signature-block|mailSignature|lineBreakAtEnd_Sig
""")
_CITED = re.compile(
    r"\btype\s*=\s*[\"']?cite|\bcite\s*=\s*[\"']?(?:mid|cid):|class\s*=\s*[\"']?[^\"']{0,60}\bcite\b", re.I
)
_INDENTED = re.compile(
    r"border(?:-left)?\s*:\s*(?:none|0|medium none)[^;\"']*"
    r"|margin[^:;]{0,8}:\s*0[a-z]*\s+0[a-z]*\s+0[a-z]*\s+40px",
    re.I,
)
_TOP_BORDER = re.compile(r"border-top\s*:\s*(?:solid|\d[.\d]*p[tx]\s+solid|[^;\"']{0,40}\bsolid\b)", re.I)
_LEFT_BORDER = re.compile(r"border-left\s*:\s*(?!none|0|medium none)[^;\"']{0,60}\bsolid\b", re.I)


def read_mark(name: str, attributes: str) -> Mark:
    """What the element is."""
    if not attributes and name != "blockquote":
        return Mark.NONE
    attributes = attributes[:_SCANNED_CHARACTERS]
    if name == "blockquote":
        return Mark.NONE if _is_indent(attributes) else Mark.EARLIER
    if "=" not in attributes:
        return Mark.NONE
    for pattern, mark in (
        (_SIGNATURE, Mark.SIGNATURE),
        (_HEADING, Mark.HEADING),
        (_REPLY, Mark.REPLY),
        (_EARLIER, Mark.EARLIER),
        (_OPENS, Mark.OPENS),
    ):
        if pattern.search(attributes):
            return mark
    if name in ("div", "p", "td") and _TOP_BORDER.search(attributes) and not _LEFT_BORDER.search(attributes):
        return Mark.MAY_OPEN
    return Mark.MAY_OPEN if name == "hr" else Mark.NONE


def _is_indent(attributes: str) -> bool:
    """Whether a blockquote only moves text to the right, as web mail's indent button makes it."""
    if _CITED.search(attributes) or _REPLY.search(attributes) or _LEFT_BORDER.search(attributes):
        return False
    return bool(_INDENTED.search(attributes))
