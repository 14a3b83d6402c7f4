"""Text as it travels to text as it was meant: soft line ends (RFC 3676) and the armour of signed text."""

from __future__ import annotations

import re

_SIGNATURE_MARK = "-- "
_SIGNED = "-----BEGIN PGP SIGNED MESSAGE-----"
_ARMOUR = re.compile(
    r"^-----BEGIN PGP SIGNED MESSAGE-----[ \t]*\n(?:[A-Za-z]+: [^\n]*\n)*\n"
    r"|^-----BEGIN PGP SIGNATURE-----[ \t]*\n(?:(?!-----)[^\n]*\n)*-----END PGP SIGNATURE-----[ \t]*\n?",
    re.MULTILINE,
)
_DASH_ESCAPE = re.compile(r"^- (?=-)", re.MULTILINE)


def unwrap(text: str, deletes_space: bool = False) -> str:
    """Format=flowed text with its soft line ends joined; `deletes_space` is the parameter DelSp=yes.

    Quoted lines keep their marks, one space after them, and are only joined with lines quoted as deeply.
    An empty line always ends a paragraph, also after a soft line end that the sender should not have written.
    """
    out: list[list[str]] = []
    open_depth = -1  # the depth of the paragraph that goes on in the next line
    for line in text.split("\n"):
        content = line.lstrip(">")
        depth = len(line) - len(content)
        content = content.removeprefix(" ")  # space-stuffing
        is_soft = content.endswith(" ") and content != _SIGNATURE_MARK
        shown = content[:-1] if is_soft and deletes_space else content
        if depth == open_depth and content and content != _SIGNATURE_MARK:
            out[-1].append(shown)
        else:
            out.append([">" * depth, " " if depth and shown else "", shown])
        open_depth = depth if is_soft else -1
    return "\n".join("".join(pieces) for pieces in out)


def without_armour(text: str) -> str:
    """Text signed in place (RFC 9580 §7), without the marks and the signature; other text as it is."""
    if _SIGNED not in text:
        return text
    return _DASH_ESCAPE.sub("", _ARMOUR.sub("", text))
