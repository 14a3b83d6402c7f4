"""Which parts of a mail are its text, its HTML, its files and its invitation."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from connectors.email.reading.charsets import codec_name, decode
from connectors.email.reading.files import as_file, calendar_file, safe_filename, suggested_filename
from connectors.email.reading.html_text import html_to_text
from connectors.email.reading.invitation import read_invitation
from connectors.email.reading.mail import Attachment
from connectors.email.reading.markup import enriched_to_text
from connectors.email.reading.smime import PKCS7_TYPES, is_encrypted
from connectors.email.reading.structure import Budget, Part
from connectors.email.reading.tnef import TNEF_NAMES, TNEF_TYPES, unpack
from connectors.email.reading.transfer import split_uu
from connectors.email.reading.unwrapping import unwrap, without_armour
from hub.messages import Invitation

__all__ = ["Body", "read_body", "safe_filename", "suggested_filename"]

ORDINARY_HTML = 100 * 1024
"""Characters of HTML that an ordinary mail stays below."""

_LINE_ENDS = re.compile(r"\r\n?")
_META_LABEL = re.compile(rb"<meta\b[^<>]{0,200}?charset\s*=\s*[\"']?([\w:.-]{1,40})", re.IGNORECASE)
_META_LOOKED_AT = 4096
_META_CHARSET = re.compile(r"(<meta\b[^<>]{0,200}?)charset\s*=\s*([\"']?)([\w:.-]{1,40})", re.IGNORECASE)
_FIELD = re.compile(rb"\s*[!-9;-~]+[ \t]*:")
_ENRICHED = frozenset(("text/enriched", "text/richtext"))
_SHOWN = frozenset(("text/plain", "text/html")) | _ENRICHED
_STATUS_REPORTS = frozenset(("message/delivery-status", "message/global-delivery-status"))
_OUT_OF_SIGHT = frozenset(  # read by `bounce`, or of no use to a person, unless they have a name
    (
        *_STATUS_REPORTS,
        "message/feedback-report",
        "message/disposition-notification",
        "text/rfc822-headers",
        "message/rfc822-headers",
        "application/pgp-encrypted",
        "application/pgp-signature",
        "application/pkcs7-signature",
        "application/x-pkcs7-signature",
    )
)
_TNEF_GROUP = -1
_PGP_MESSAGE = "-----BEGIN PGP MESSAGE-----"


@dataclass(slots=True)
class Said:
    """One text of a mail as written and as people read it; texts of one `group` are forms of the same."""

    group: int
    is_html: bool
    text: str
    readable: str


@dataclass(slots=True)
class Body:
    """The texts and files gathered while walking a mail, in its order."""

    said: list[Said] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    invitation: Invitation | None = None

    @property
    def text(self) -> str:
        """All plain-text bodies as written, one directly behind the other."""
        return "".join(one.text for one in self.said if not one.is_html).removesuffix("\n")

    @property
    def html(self) -> str:
        """All HTML bodies as written, one directly behind the other."""
        return "".join(one.text for one in self.said if one.is_html).removesuffix("\n")

    @property
    def readable(self) -> str:
        """The whole as text, soft line ends undone, with what is said in HTML only; "" for HTML alone."""
        if not any(one.readable.strip() for one in self.said if not one.is_html):
            return ""
        others = self._groups(is_html=False)
        return _join(
            [
                html_to_text(one.text) if one.is_html else one.readable
                for one in self.said
                if not one.is_html or one.group not in others
            ]
        )

    @property
    def readable_html(self) -> str:
        """The whole as HTML: with what is said in plain text only; "" for plain text alone."""
        others = self._groups(is_html=True)
        if not others:
            return ""
        return _join(
            [
                one.text if one.is_html else _as_html(one.readable)
                for one in self.said
                if one.is_html or (one.group not in others and one.readable.strip())
            ]
        )

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to read in it."""
        return not any(one.text.strip() for one in self.said)

    def says(self, *, is_html: bool) -> bool:
        """Whether there is something to read in this form."""
        return any(one.text.strip() for one in self.said if one.is_html is is_html)

    def _groups(self, *, is_html: bool) -> set[int]:
        return {one.group for one in self.said if one.is_html is is_html}


def _as_html(text: str) -> str:
    return f'<div style="white-space: pre-wrap">{html.escape(text, quote=False)}</div>'


def read_body(root: Part, budget: Budget) -> Body:
    """Sort the parts of a mail into texts and files. Raises `Heavy` for a light budget only.

    An attached mail is a file. Only a mail that says nothing itself, as "forward as attachment" makes it,
    is shown with the words of the mails attached to it.
    """
    body = _gather(root, budget)
    if body.is_empty:
        for mail in _attached_mails(root):
            said = _gather(mail, budget, with_files=False)
            if not said.is_empty:
                body.said = said.said
                break
    if any(_PGP_MESSAGE in one.text for one in body.said):
        budget.note("the text is encrypted (PGP) and can only be read with the recipient's key")
    return body


def _attached_mails(root: Part) -> Iterator[Part]:
    return (child for part in root.walk() if part.content_type == "message/rfc822" for child in part.children)


def _gather(root: Part, budget: Budget, *, with_files: bool = True) -> Body:
    body = Body()
    stack: list[tuple[Part, Part | None, int]] = [(root, None, 0)]
    groups = 0
    while stack:
        part, container, group = stack.pop()
        groups += 1
        group = group or groups
        if part.is_multipart:
            if part.content_type == "multipart/encrypted":
                budget.note("the mail is encrypted (PGP/MIME) and can only be read with the recipient's key")
            of_children = group if part.content_type == "multipart/alternative" or group < groups else 0
            stack.extend((child, part, of_children) for child in reversed(part.children))
        elif _is_text(part):
            _add_text(body, part, group, budget, with_files)
        elif not with_files or _is_out_of_sight(part, container):
            continue
        elif part is not root or part.body.strip():
            _add_file(body, part, budget)
            if part.content_type in PKCS7_TYPES:
                stack.extend((child, part, 0) for child in reversed(part.children))
    return body


def _is_text(part: Part) -> bool:
    """Whether the part is meant to be read in place rather than opened as a file."""
    if part.filename or part.disposition == "attachment":
        return False
    if part.content_type.startswith("multipart/"):
        return True  # a multipart in which nothing could be found: what it says is readable at least
    if part.content_type in _STATUS_REPORTS:
        return bool(part.body.strip()) and _FIELD.match(part.body) is None  # prose in the wrong place
    return part.content_type in _SHOWN


def _is_out_of_sight(part: Part, container: Part | None) -> bool:
    """Whether nobody would miss it: reports and signatures for machines, and other forms of what is shown."""
    if part.content_type in _OUT_OF_SIGHT:
        return not part.filename and part.disposition != "attachment"
    if container is None:
        return False
    if container.content_type == "multipart/appledouble":
        return part.content_type in ("application/applefile", "application/mac-binhex40")
    return (
        container.content_type == "multipart/alternative"
        and part.content_type.startswith("text/")  # such as text/x-amp-html
        and part.content_type != "text/calendar"
        and not part.filename
        and part.disposition != "attachment"
    )


def _add_text(body: Body, part: Part, group: int, budget: Budget, with_files: bool) -> None:
    content = part.content(budget)
    if with_files and part.content_type == "text/plain" and b"begin " in content:
        content, files = split_uu(content)
        body.attachments += [
            Attachment(safe_filename(name), "application/octet-stream", data) for name, data in files
        ]
    is_html = part.content_type == "text/html"
    text = decode(content, part.charset or (_meta_label(content) if is_html else "")).removeprefix("\ufeff")
    if "\r" in text:
        text = _LINE_ENDS.sub("\n", text)
    if is_html:
        budget.expect_work(len(text) > ORDINARY_HTML)
        # What a meta tag says about bytes is wrong for text; a browser would believe it.
        text = readable = _META_CHARSET.sub(_meant, text)
    elif part.content_type in _ENRICHED:
        text = readable = enriched_to_text(text, is_richtext=part.content_type == "text/richtext")
    elif part.type_parameters.get("format", "").lower() == "flowed":
        deletes_space = part.type_parameters.get("delsp", "").lower() == "yes"
        readable = without_armour(unwrap(text, deletes_space))
    else:
        readable = without_armour(text)
    body.said.append(Said(group, is_html, text, readable))


def _meant(meta: re.Match[str]) -> str:
    """A meta tag that says what the text is in now; one that says so already stays as it is."""
    is_right = codec_name(meta[3]) == "utf-8" and "content" not in meta[1].lower()
    return meta[0] if is_right else f"{meta[1]}charset={meta[2]}utf-8"


def _meta_label(content: bytes) -> str:
    """The charset that HTML without a declared one declares itself."""
    match = None if content.isascii() else _META_LABEL.search(content[:_META_LOOKED_AT])
    return match[1].decode("ascii", "replace") if match else ""


def _add_file(body: Body, part: Part, budget: Budget) -> None:
    if part.content_type in TNEF_TYPES or part.filename.lower() in TNEF_NAMES:
        budget.expect_work()
        if _add_tnef(body, part, budget):
            return
    file = as_file(part, budget)
    if part.content_type in ("text/calendar", "application/ics"):
        budget.expect_work()
        _add_calendar(body, part, file)
        return
    body.attachments.append(file)
    _note_what_cannot_be_read(part, file, budget)


def _add_tnef(body: Body, part: Part, budget: Budget) -> bool:
    """Put what Outlook packed into the place of the package; false when it cannot be opened."""
    unpacked = unpack(part.content())
    if unpacked is None:
        budget.note("a winmail.dat of Outlook that could not be opened")
        return False
    for file in unpacked.files[: max(budget.parts, 0)]:
        budget.parts -= 1
        body.attachments.append(
            Attachment(
                safe_filename(file.filename),
                file.content_type or "application/octet-stream",
                file.content,
                file.content_id,
                bool(file.content_id) and f"cid:{file.content_id}" in unpacked.html,
            )
        )
    for is_html, text in ((False, unpacked.text), (True, unpacked.html)):
        if text.strip() and not body.says(is_html=is_html):
            text = _LINE_ENDS.sub("\n", text)
            body.said.append(Said(_TNEF_GROUP, is_html, text, text))
    return True


def _add_calendar(body: Body, part: Part, file: Attachment) -> None:
    """Read the invitation, and keep the calendar as a file, once: many senders attach it a second time."""
    method = part.type_parameters.get("method", "")
    if body.invitation is None and (part.content_type == "text/calendar" or method):
        body.invitation = read_invitation(file.content, part.charset, method)
    same = next((other for other in body.attachments if other.content == file.content), None)
    if same is None:
        body.attachments.append(calendar_file(file))
    elif file.filename and not same.filename:
        body.attachments[body.attachments.index(same)] = file


def _note_what_cannot_be_read(part: Part, file: Attachment, budget: Budget) -> None:
    kind, parameters = part.content_type, part.type_parameters
    if kind in PKCS7_TYPES and not part.children and is_encrypted(file.content):
        budget.note("the mail is encrypted (S/MIME) and can only be read with the recipient's key")
    elif kind == "message/partial":
        number, total = parameters.get("number", "?")[:5], parameters.get("total", "?")[:5]
        budget.note(f"this is only part {number} of {total} of a mail that was sent in pieces")
    elif kind == "message/external-body":
        path = (parameters.get(key, "") for key in ("site", "server", "directory", "name"))
        place = parameters.get("url") or "/".join(filter(None, path)) or "no place given"
        budget.note(f"a part of the mail lies elsewhere and is not fetched: {place[:200]}")


def _join(texts: list[str]) -> str:
    return "".join(text if text.endswith("\n") or not text else text + "\n" for text in texts).removesuffix(
        "\n"
    )
