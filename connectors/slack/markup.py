"""Slack's markup: what people read, as HTML, and back (https://docs.slack.dev/messaging/formatting-message-text)."""

import re
from collections.abc import Callable, Mapping
from html import escape
from html.parser import HTMLParser

from connectors.slack.emoji import with_emoji

Names = Mapping[str, str]
"""What people are called, by their ids."""

_ANGLES = re.compile(r"<([^<>\n]*)>")
_LINKS = ("http://", "https://", "mailto:", "tel:")
_TAGS = {"*": "strong", "_": "em", "~": "s"}
_CODE = re.compile(r"```\n?(.+?)\n?```|`([^`\n]+)`", re.DOTALL)
_STYLED = {
    mark: re.compile(rf"(?<![\w{re.escape(mark)}]){re.escape(mark)}(?=\S)([^{re.escape(mark)}\n]*\S)"
                     rf"{re.escape(mark)}(?![\w{re.escape(mark)}])")
    for mark in _TAGS
}  # fmt: skip
_HELD = re.compile("\ue000(\\d+)\ue001")


def to_text(written: str, names: Names) -> str:
    """The words as people read them: entities, mentions and links resolved, emoji shown."""
    return unescape_three(with_emoji(_ANGLES.sub(lambda found: _plain(found[1], names), written)))


def to_html(written: str, names: Names) -> str:
    """The same as HTML; empty when nothing in it is more than plain text."""
    held: list[str] = []

    def hold(piece: str) -> str:
        held.append(piece)
        return f"\ue000{len(held) - 1}\ue001"

    def code(found: re.Match[str]) -> str:
        inside = _shown(_ANGLES.sub(lambda link: _plain(link[1], names), found[1] or found[2]))
        return hold(f"<pre>{inside}</pre>" if found[1] else f"<code>{inside}</code>")

    body = written.replace("\ue000", "").replace("\ue001", "")
    body = _CODE.sub(code, body)
    body = _ANGLES.sub(lambda found: _linked(found[1], names, hold), body)
    body = _quoted(_shown(with_emoji(body)))
    for mark, tag in _TAGS.items():
        body = _STYLED[mark].sub(rf"<{tag}>\1</{tag}>", body)
    if not held and not re.search(r"<(strong|em|s|blockquote)>", body):
        return ""
    body = body.replace("\n", "<br>")
    while _HELD.search(body):
        body = _HELD.sub(lambda found: held[int(found[1])], body)
    return body


def escaped(text: str) -> str:
    """A text as Slack must get it so that it shows just that: three characters are entities."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def unescape_three(text: str) -> str:
    """The opposite of `escaped`."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def mentioned(written: str) -> list[str]:
    """The ids of the people whom a text names."""
    return [found[1].partition("|")[0][1:] for found in _ANGLES.finditer(written) if found[1][:2] in _PEOPLE]


_PEOPLE = ("@U", "@W")


def _shown(text: str) -> str:
    return escape(unescape_three(text))


def _plain(inside: str, names: Names) -> str:
    """What stands between angle brackets, in words; still with entities."""
    target, _, label = inside.partition("|")
    if target.startswith(("@", "#")):
        name = escaped(names.get(target[1:], "")) or label or target[1:]
        return f"{target[0]}{name.removeprefix(target[0])}"
    if target.startswith("!"):
        return label or f"@{target[1:].partition('^')[0]}"
    address = target.removeprefix("mailto:").removeprefix("tel:")
    if not label or label in (target, address, target.partition("://")[2].rstrip("/")):
        return address
    return f"{label} ({address})"


def _linked(inside: str, names: Names, hold: Callable[[str], str]) -> str:
    target, _, label = inside.partition("|")
    if not target.startswith(_LINKS):
        return _plain(inside, names)
    words = _shown(with_emoji(label or target.removeprefix("mailto:").removeprefix("tel:")))
    return hold(f'<a href="{_shown(target)}">{words}</a>')


def _quoted(body: str) -> str:
    """Lines that begin with `>`, already escaped, as quotes."""
    lines: list[str] = []
    for line in body.split("\n"):
        if not line.startswith("&gt;"):
            lines.append(line)
            continue
        words = line.removeprefix("&gt;").removeprefix(" ")
        if lines and lines[-1].endswith("</blockquote>"):
            lines[-1] = f"{lines[-1].removesuffix('</blockquote>')}\n{words}</blockquote>"
        else:
            lines.append(f"<blockquote>{words}</blockquote>")
    return "\n".join(lines)


def to_mrkdwn(html: str) -> str:
    """HTML of an agent's answer in Slack's markup; what it cannot say stays as words."""
    writer = _Writer()
    writer.feed(html)
    writer.close()
    return re.sub(r"\n{3,}", "\n\n", "".join(writer.pieces)).strip()


_MARKS = {"b": "*", "strong": "*", "i": "_", "em": "_", "s": "~", "del": "~", "strike": "~", "code": "`"}
_BLOCKS = frozenset(["p", "div", "ul", "ol", "h1", "h2", "h3", "h4", "blockquote", "pre", "tr"])


class _Writer(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self._links: list[str] = []
        self._quotes = 0
        self._pre = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a":
            target = dict(attrs).get("href") or ""
            self._links.append(target if target.startswith(_LINKS) else "")
            self._write(f"<{escaped(target).replace('|', '%7C')}|" if self._links[-1] else "")
        elif tag in ("br", "li"):
            self._write("\n" + ("• " if tag == "li" else ""))
        elif tag in _BLOCKS:
            self._quotes += tag == "blockquote"
            self._pre += tag == "pre"
            self._write("\n```\n" if tag == "pre" else "\n")
        elif not self._pre:
            self._write(_MARKS.get(tag, ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "a" and self._links:
            self._write(">" if self._links.pop() else "")
        elif tag in _BLOCKS:
            self._write("\n```\n" if tag == "pre" else "\n")
            self._quotes -= tag == "blockquote"
            self._pre -= tag == "pre"
        elif not self._pre:
            self._write(_MARKS.get(tag, ""))

    def handle_data(self, data: str) -> None:
        words = data if self._pre else re.sub(r"[ \t\r\n]+", " ", data)
        if words.strip() or not "".join(self.pieces[-1:]).endswith("\n"):
            self._write(escaped(words))

    def _write(self, piece: str) -> None:
        if self._quotes > 0:
            at_start = not self.pieces or self.pieces[-1].endswith("\n")
            piece = ("> " if at_start and piece.strip() else "") + piece
        self.pieces.append(piece)
