"""Makes HTML from outside safe to keep and to show, and turns it into text."""

import html as entities
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import NamedTuple

import nh3

SIZE_LIMIT = 2_000_000
"""Characters; longer HTML is kept as text alone."""

DEPTH_LIMIT = 500
"""Open elements within one another; beyond it the parser's time grows with their square."""

WORK_LIMIT = 3_000_000
"""Sum over all tags of the depth each stands at. A parser may open all unclosed formatting
anew for each paragraph, so that a megabyte becomes gigabytes; a newsletter has about 200,000."""

REMOTE_SOURCE = "data-remote-src"
"""Where the address of a remote picture goes: nothing is loaded until the reader asks for it."""

FOLD = "data-fold"
"""Marks an element as a quote or a signature, which readers show folded."""

_IMAGE_LIMIT = 200_000
_EMBEDDED_IMAGE = re.compile(r"data:image/(png|gif|jpe?g|webp);base64,[A-Za-z0-9+/=\s]*", re.IGNORECASE)
_REMOTE = re.compile(r"https?://", re.IGNORECASE)
_COLOR = {"color", "background-color"}
_BOX = {
    f"{part}{side}" for part in ("margin", "padding") for side in ("", "-top", "-right", "-bottom", "-left")
}
_BORDER = {
    *("border", "border-top", "border-right", "border-bottom", "border-left", "border-color"),
    *("border-width", "border-style", "border-radius", "border-collapse", "border-spacing"),
}
_TEXT = {
    *("font", "font-family", "font-size", "font-style", "font-weight", "font-variant", "line-height"),
    *("letter-spacing", "text-align", "text-decoration", "text-indent", "text-transform", "vertical-align"),
    *("white-space", "word-break", "overflow-wrap", "direction", "list-style-type"),
}
_SIZE = {
    "width",
    "height",
    "max-width",
    "min-width",
    "max-height",
    "display",
    "float",
    "clear",
    "table-layout",
}
_PRESENTATION = {"style", "dir", "lang", "title", "align", "valign", "width", "height", "bgcolor", "color"}
_CELL = {"colspan", "rowspan", "nowrap"}

_TAGS = {
    *("a", "abbr", "acronym", "address", "b", "bdi", "bdo", "big", "blockquote", "br", "caption", "center"),
    *("cite", "code", "col", "colgroup", "dd", "del", "details", "div", "dl", "dt", "em", "figcaption"),
    *(
        "figure",
        "font",
        "footer",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "i",
        "img",
        "ins",
        "kbd",
    ),
    *("li", "main", "mark", "ol", "p", "pre", "q", "rp", "rt", "ruby", "s", "samp", "section", "small"),
    *("span", "strike", "strong", "sub", "summary", "sup", "table", "tbody", "td", "tfoot", "th", "thead"),
    *("tr", "tt", "u", "ul", "var", "wbr"),
}
_DROPPED = {
    "script",
    "style",
    "title",
    "textarea",
    "noscript",
    "iframe",
    "object",
    "svg",
    "math",
    "template",
    "select",
}

_VOID = frozenset(
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"]
)
# A new one closes the one before it, so a missing end tag does not nest.
_SELF_CLOSING = frozenset(["p", "li", "td", "th", "tr", "dt", "dd", "option"])
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)")


def _attribute(tag: str, name: str, value: str) -> str | None:
    """What becomes of one allowed attribute; None drops it."""
    if name == "href":
        return (
            value
            if value.strip().lower().startswith(("http://", "https://", "mailto:", "tel:", "#"))
            else None
        )
    if name == "src":
        return _source(value.strip())
    if name == FOLD:
        return value if value in ("quote", "signature") else None
    if name == "style" and ("url(" in value.lower() or "expression" in value.lower() or "\\" in value):
        return None
    return value


def _source(value: str) -> str | None:
    if value.lower().startswith("cid:") or _REMOTE.match(value):
        return value
    return value if len(value) <= _IMAGE_LIMIT and _EMBEDDED_IMAGE.fullmatch(value) else None


_cleaner = nh3.Cleaner(
    tags=_TAGS,
    clean_content_tags=_DROPPED,
    attributes={
        "*": _PRESENTATION | {FOLD},
        "a": {"href", "name"},
        "img": {"src", "alt"},
        "font": {"face", "size"},
        "ol": {"start", "type"},
        "table": {"border", "cellpadding", "cellspacing"},
        "td": _CELL,
        "th": _CELL,
        "blockquote": {"type"},
        "details": {"open"},
    },
    attribute_filter=_attribute,
    url_schemes={"http", "https", "mailto", "tel", "cid", "data"},
    link_rel="noopener noreferrer nofollow",
    set_tag_attribute_values={"a": {"target": "_blank"}},
    filter_style_properties=_COLOR | _BOX | _BORDER | _TEXT | _SIZE,
    strip_comments=True,
)

_IMAGE = r'(<img(?: [\w-]+="[^"]*")*?) src="'
_REMOTE_IMAGE = re.compile(_IMAGE + r'(https?://[^"]*)"', re.IGNORECASE)
_CID_IMAGE = re.compile(_IMAGE + r'cid:([^"]*)"', re.IGNORECASE)


def sanitise(html: str) -> str:
    """HTML with nothing in it that acts, loads or covers the page; safe to keep and to show.

    Remote pictures move to `data-remote-src`; `cid:` sources stay, for `with_files`. HTML
    that is too long or too deep for the parser becomes plain paragraphs.
    """
    if len(html) > SIZE_LIMIT or not _is_cheap(html):
        return _as_paragraphs(to_text(html[:SIZE_LIMIT]))
    clean = _cleaner.clean(_storable(html))
    # The cleaner writes every attribute as name="value", escaped, so a pattern is enough here.
    return _REMOTE_IMAGE.sub(rf'\1 {REMOTE_SOURCE}="\2"', clean)


def for_sending(html: str) -> str:
    """Sanitised HTML as it leaves the house: remote pictures are for its reader to load."""
    return html.replace(f' {REMOTE_SOURCE}="', ' src="')


def with_files(html: str, urls: Mapping[str, str]) -> str:
    """Sanitised HTML whose `cid:` pictures point to the files of the message.

    `urls` goes from content id to link; a picture whose file is missing loses its source.
    """

    def replaced(match: re.Match[str]) -> str:
        url = urls.get(entities.unescape(match[2]))
        return f'{match[1]} src="{entities.escape(url)}"' if url else match[1]

    return _CID_IMAGE.sub(replaced, html)


class Images(NamedTuple):
    """The remote pictures of sanitised HTML: addresses of those that can be seen, each once, and how many
    are only there to tell the sender that somebody reads."""

    addresses: list[str]
    trackers: int


_IMAGE_TAG = re.compile(r'<img((?: [\w-]+="[^"]*")*)>', re.IGNORECASE)
_IMAGE_ATTRIBUTE = re.compile(r' ([\w-]+)="([^"]*)"')
_UNSEEN = re.compile(r"(?:^|;)\s*display\s*:\s*none", re.IGNORECASE)
_STYLED = re.compile(
    r"(?:^|;)\s*(?:max-)?(width|height)\s*:\s*(\d+(?:\.\d+)?)(?:px)?\s*(?=;|$|!)", re.IGNORECASE
)


def remote_images(html: str) -> Images:
    """What remote pictures this sanitised HTML has."""
    found, trackers = dict[str, None](), 0
    for attributes in _remote(html):
        if _is_tracker(attributes):
            trackers += 1
        else:
            found[attributes[REMOTE_SOURCE]] = None
    return Images(list(found), trackers)


def without_trackers(html: str) -> str:
    """Sanitised HTML without the remote pictures that nobody could see."""
    if REMOTE_SOURCE not in html:
        return html
    return _IMAGE_TAG.sub(lambda tag: "" if _is_tracker(_attributes(tag[1])) else tag[0], html)


def _remote(html: str) -> Iterator[dict[str, str]]:
    if REMOTE_SOURCE not in html:
        return
    for tag in _IMAGE_TAG.finditer(html):
        attributes = _attributes(tag[1])
        if REMOTE_SOURCE in attributes:
            yield attributes


def _attributes(text: str) -> dict[str, str]:
    return {name.lower(): entities.unescape(value) for name, value in _IMAGE_ATTRIBUTE.findall(text)}


def _is_tracker(attributes: Mapping[str, str]) -> bool:
    """Whether a remote picture is too small to be seen: two pixels at most, or hidden."""
    if REMOTE_SOURCE not in attributes:
        return False
    style = attributes.get("style", "")
    sizes = {name.lower(): float(value) for name, value in _STYLED.findall(style)}
    for name in ("width", "height"):
        value = attributes.get(name, "").strip().lower().removesuffix("px")
        if value.isdecimal() and len(value) < 6:
            sizes.setdefault(name, float(value))
    width, height = sizes.get("width"), sizes.get("height")
    if width is not None and height is not None:
        return min(width, height) == 0 or max(width, height) <= 2
    known = height if width is None else width
    return bool(_UNSEEN.search(style)) or (known is not None and known <= 1)


_HIDDEN = re.compile(
    r"<(script|style|title|head)\b.*?(</\1\s*>|\Z)|<!--.*?(-->|\Z)", re.IGNORECASE | re.DOTALL
)
_BREAK = re.compile(r"<\s*(?:br|/p|/div|/tr|/li|/h[1-6]|/blockquote|hr)\b[^>]*>", re.IGNORECASE)
_ITEM = re.compile(r"<\s*li\b[^>]*>", re.IGNORECASE)
_CELL_END = re.compile(r"<\s*/t[dh]\b[^>]*>", re.IGNORECASE)
_ANY_TAG = re.compile(r"<[^>]*(>|\Z)")
_BLANKS = re.compile(r"[ \t\r\f\v\xa0]+")


def to_text(html: str) -> str:
    """What HTML says, as text: one line for a block, no more than one empty line in between."""
    text = _HIDDEN.sub(" ", _storable(html)).replace("\n", " ")
    text = _ITEM.sub("\n• ", _BREAK.sub("\n", _CELL_END.sub("\t", text)))
    text = entities.unescape(_ANY_TAG.sub("", text))
    lines = (_BLANKS.sub(" ", line).strip() for line in text.split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _as_paragraphs(text: str) -> str:
    blocks = (block for block in text.split("\n\n") if block.strip())
    return "".join(f"<p>{entities.escape(block).replace(chr(10), '<br>')}</p>" for block in blocks)


def _storable(text: str) -> str:
    """Without what UTF-8 or a database cannot hold: lone surrogates and NUL."""
    return text.encode("utf-8", "replace").decode().replace("\0", "")


def _is_cheap(html: str) -> bool:
    """Whether a parser gets through this in reasonable time, judged without building a tree."""
    open_tags: Counter[str] = Counter()
    depth = work = 0
    for match in _TAG.finditer(html):
        name = match[2].lower()
        work += depth
        if name in _VOID or name in _SELF_CLOSING:
            continue
        if not match[1]:
            open_tags[name] += 1
            depth += 1
        elif open_tags[name]:
            open_tags[name] -= 1
            depth -= 1
        if depth > DEPTH_LIMIT or work > WORK_LIMIT:
            return False
    return True
