"""What requests and answers hold beside words and files: buttons, places, templates, windows, amendments."""

from typing import Annotated, Literal

from pydantic import Field

from inbox.api.schemas.kinds import Flag, Line, Said, Sent, Shape
from inbox.api.schemas.sent import OptionalId
from inbox.api.schemas.shapes.items import Button


class AmendIn(Sent):
    """What the message says from now on."""

    text: Said


class ReactionIn(Sent):
    """An emoji, to be put on the message or taken back."""

    emoji: Annotated[Line, Field(min_length=1, max_length=32)]
    removed: Flag = False


class WindowFilter(Sent):
    """On which channel one would write."""

    channel_id: Annotated[
        OptionalId, Field(description="The channel the customer used last, if missing.")
    ] = ""


class Window(Shape):
    """Whether the customer may be written to now.

    `open`: anything; `tagged`: only under one of `tags`; `template`: only a provider's template; `closed`:
    nothing. `until` is when that ends; `reason` is in plain words.
    """

    mode: Literal["open", "tagged", "template", "closed"]
    until: str | None
    tags: list[str]
    reason: str


class ProviderTemplate(Shape):
    """A text that the channel's provider has approved, or not yet; `body` has its gaps as `{{name}}`."""

    id: str
    name: str
    language: str
    category: str
    header: str
    body: str
    footer: str
    variables: list[str]
    buttons: list[Button]
    status: str
    usable: bool
