"""Pictures of mails that lie elsewhere: the hub fetches them, so that senders learn nothing of readers."""

from typing import Any, NamedTuple
from urllib.parse import quote

from django.core import signing

from hub import safe_http, viewer
from hub.models import Message
from hub.viewer import Viewer
from inbox import html, ledger
from inbox.errors import Forbidden, NotFound
from inbox.image_policy import policy

LIFE = 1_200
"""Seconds for which a link works."""

MOST = 200
"""Pictures of one message that can be asked for."""

LARGEST = 10_000_000
"""Bytes of one picture."""

SECONDS = 8.0
"""How long a picture may take to come."""

_SALT = "inbox.remote_images"
_ACCEPT = {"accept": "image/webp,image/png,image/jpeg,image/gif;q=0.9"}


class Picture(NamedTuple):
    """A raster image as bytes, with the type that its first bytes prove."""

    content_type: str
    data: bytes


class Expired(Exception):
    """The link was ours and is too old."""


def links(viewer: Viewer, message_id: Any) -> list[tuple[str, str]]:
    """Address and link of each remote picture of a message; the links work for `LIFE` seconds.

    Raises `NotFound`, and `Forbidden` where the channel shows none.
    """
    message = ledger.message(viewer, message_id)
    if policy(message.channel) == "never":
        raise Forbidden("This channel never loads remote images.")
    addresses = html.remote_images(message.html).addresses[:MOST]
    return [(address, _link(viewer, message, number)) for number, address in enumerate(addresses)]


def _link(viewer: Viewer, message: Message, number: int) -> str:
    token = signing.dumps(
        [str(viewer.organization.pk), str(viewer.user.pk), str(message.pk), number], salt=_SALT
    )
    return f"/images/{quote(token, safe=':')}"


def fetch(token: str) -> Picture:
    """The picture that a link of ours names.

    Raises `Expired`; `NotFound` when the link is not ours, the viewer may not see the message any more, or
    what lies there is no raster image; and what `hub.safe_http.request` raises.
    """
    address = _address(token)
    answer = safe_http.request("GET", address, headers=_ACCEPT, timeout=SECONDS, max_bytes=LARGEST)
    content_type = raster_type(answer.content)
    if not answer.ok or content_type is None:
        raise NotFound("There is no picture at this address.")
    return Picture(content_type, answer.content)


def _address(token: str) -> str:
    try:
        organization_id, user_id, message_id, number = signing.loads(token, salt=_SALT, max_age=LIFE)
    except signing.SignatureExpired as error:
        raise Expired from error
    except signing.BadSignature as error:
        raise NotFound("This is no link of ours.") from error
    who = viewer.viewer_of(user_id, organization_id)
    if who is None or not who.may("conversations.view"):
        raise NotFound("This link is not for you any more.")
    message = ledger.message(who, message_id)
    addresses = html.remote_images(message.html).addresses[:MOST]
    if policy(message.channel) == "never" or number >= len(addresses):
        raise NotFound("This picture is not shown.")
    return addresses[number]


def raster_type(data: bytes) -> str | None:
    """The type of a PNG, GIF, JPEG or WebP by its first bytes; None for anything else, SVG above all."""
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if data.startswith((b"GIF87a", b"GIF89a")):
        return "image/gif"
    if data.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp"
    return None
