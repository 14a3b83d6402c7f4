"""Forms with files, as HTTP carries them (RFC 7578)."""

from collections.abc import Mapping, Sequence
from secrets import token_hex

from hub.messages import OutboundFile

_QUOTED = str.maketrans({'"': "%22", "\r": "%0D", "\n": "%0A"})


def encode(
    fields: Mapping[str, str], files: Sequence[tuple[str, OutboundFile]]
) -> tuple[dict[str, str], bytes]:
    """The headers and the body of a form with these fields, then these files by the names of their fields.

    Names are written as browsers write them: UTF-8, with quotes and line ends percent-encoded.
    """
    boundary = f"omnihub-{token_hex(16)}"
    pieces: list[bytes] = []
    for name, value in fields.items():
        head = f'--{boundary}\r\nContent-Disposition: form-data; name="{_quoted(name)}"\r\n\r\n'
        pieces += [head.encode(), value.encode(), b"\r\n"]
    for name, file in files:
        head = (
            f'--{boundary}\r\nContent-Disposition: form-data; name="{_quoted(name)}"; '
            f'filename="{_quoted(file.filename)}"\r\nContent-Type: {_type(file.content_type)}\r\n\r\n'
        )
        pieces += [head.encode(), file.data, b"\r\n"]
    pieces.append(f"--{boundary}--\r\n".encode())
    return {"Content-Type": f"multipart/form-data; boundary={boundary}"}, b"".join(pieces)


def _quoted(name: str) -> str:
    return name.translate(_QUOTED)


def _type(content_type: str) -> str:
    """A content type that cannot end its line."""
    return "".join(character for character in content_type if character.isprintable())
