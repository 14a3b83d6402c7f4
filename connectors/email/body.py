"""Which parts of a mail are its text, its HTML and its files."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from connectors.email.charsets import decode, storable
from connectors.email.headers import decode_words
from connectors.email.mail import Attachment
from connectors.email.structure import Budget, Part

_LINE_ENDS = re.compile(r"\r\n?")
_UNSAFE_IN_NAME = re.compile(r"[\x00-\x1f\x7f\u202a-\u202e\u2066-\u2069]+")
_META_CHARSET = re.compile(r"(<meta\b[^<>]{0,200}?charset\s*=\s*[\"']?)[\w:.-]{1,40}", re.IGNORECASE)
_EXTENSIONS = {"message/rfc822": ".eml", "text/calendar": ".ics", "text/html": ".html", "text/plain": ".txt"}
_REPORTS = frozenset(  # read by `bounce`, of no use to a person
    ("message/delivery-status", "message/global-delivery-status", "message/feedback-report",
     "message/disposition-notification")
)  # fmt: skip


@dataclass(slots=True)
class Body:
    """The texts and files gathered while walking a mail."""

    texts: list[str] = field(default_factory=list)
    htmls: list[str] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    is_flowed: bool = False
    deletes_space: bool = False

    @property
    def text(self) -> str:
        """All plain-text bodies, joined."""
        return _join(self.texts)

    @property
    def html(self) -> str:
        """All HTML bodies, joined."""
        return _join(self.htmls)


def read_body(root: Part, budget: Budget) -> Body:
    """Sort the parts of a mail into texts and files.

    An attached mail is a file. Only a mail that says nothing itself, as "forward as attachment" makes it,
    is shown with the words of the mails attached to it.
    """
    body = _gather(root, budget)
    if not body.text.strip() and not body.html.strip():
        for mail in _attached_mails(root):
            said = _gather(mail, budget, with_files=False)
            if said.text.strip() or said.html.strip():
                body.texts, body.htmls = said.texts, said.htmls
                break
    return body


def _attached_mails(root: Part) -> Iterator[Part]:
    return (child for part in root.walk() if part.content_type == "message/rfc822" for child in part.children)


def _gather(root: Part, budget: Budget, *, with_files: bool = True) -> Body:
    body = Body()
    stack = [root]
    while stack:
        part = stack.pop()
        if part.is_multipart:
            stack.extend(reversed(part.children))
        elif _is_text(part):
            _add_text(body, part, budget)
        elif with_files and not _is_report(part) and (part is not root or part.body.strip()):
            body.attachments.append(_attachment(part, budget))
    return body


def _is_text(part: Part) -> bool:
    """Whether the part is meant to be read in place rather than opened as a file."""
    if part.filename or part.disposition == "attachment":
        return False
    if part.content_type.startswith("multipart/"):
        return True  # a multipart in which nothing could be found: what it says is readable at least
    return part.content_type in ("text/plain", "text/html", "text/enriched", "text/richtext")


def _is_report(part: Part) -> bool:
    return part.content_type in _REPORTS and not part.filename


def _add_text(body: Body, part: Part, budget: Budget) -> None:
    text = _LINE_ENDS.sub("\n", decode(part.content(budget), part.charset))
    if part.content_type == "text/html":
        # What a meta tag says about bytes is wrong for text; a browser would believe it.
        body.htmls.append(_META_CHARSET.sub(r"\1utf-8", text))
        return
    body.texts.append(text)
    if part.type_parameters.get("format", "").lower() == "flowed":
        body.is_flowed = True
        body.deletes_space = part.type_parameters.get("delsp", "").lower() == "yes"


def _join(texts: list[str]) -> str:
    return "".join(text if text.endswith("\n") or not text else text + "\n" for text in texts).removesuffix(
        "\n"
    )


def _attachment(part: Part, budget: Budget) -> Attachment:
    return Attachment(
        filename=safe_filename(part.filename),
        content_type=storable(part.content_type)[:200],
        content=part.content(budget),
        content_id=storable(decode_words(part.value("content-id"))).strip().strip("<>")[:500],
        inline=part.disposition == "inline",
    )


def safe_filename(name: str) -> str:
    """A file's name without folders, control characters and direction overrides, at most 200 characters."""
    name = _UNSAFE_IN_NAME.sub("", storable(name)).replace("\\", "/").rsplit("/", 1)[-1].strip()
    if len(name) > 200:
        stem, dot, extension = name.rpartition(".")
        name = stem[: 199 - len(extension)] + dot + extension if dot and len(extension) < 20 else name[:200]
    return "" if name in (".", "..") else name


def suggested_filename(attachment: Attachment, number: int) -> str:
    """A name to show for a file that came without one."""
    return attachment.filename or f"attachment-{number}{_EXTENSIONS.get(attachment.content_type, '')}"
