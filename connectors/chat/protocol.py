"""The frames of the widget's socket, as its client sends them, and the errors it is answered with."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from realtime.protocol import BadFrame

MAX_CHARACTERS = 10_000
"""The longest message of a visitor."""

Seq = Annotated[int, Field(ge=0, le=2**31 - 1)]
ClientId = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f]+$")]


class _Frame(BaseModel):
    """Unknown fields are ignored, so that a newer widget can talk to an older hub."""

    model_config = ConfigDict(extra="ignore", frozen=True, strict=True)


class Identity(_Frame):
    """What the site says of its signed-in user; `hmac` proves `external_id` alone."""

    external_id: Annotated[str, Field(min_length=1, max_length=200)]
    exp: Annotated[int, Field(ge=0, le=2**53)]
    hmac: Annotated[str, Field(max_length=128)]
    email: Annotated[str, Field(max_length=320)] | None = None
    name: Annotated[str, Field(max_length=200)] | None = None


class Start(_Frame):
    """The first frame. With `since` and `conversation` only what came after that item is wanted."""

    type: Literal["start"]
    site_key: Annotated[str, Field(max_length=200)]
    visitor: Annotated[str, Field(max_length=200)] | None = None
    identity: Identity | None = None
    since: Seq | None = None
    conversation: Annotated[str, Field(max_length=64)] | None = None
    locale: Annotated[str, Field(max_length=16)] | None = None


class Message(_Frame):
    """Something the visitor says; the same `client_id` again is the same message."""

    type: Literal["message"]
    client_id: ClientId
    text: str = ""
    attachment_ids: Annotated[list[str], Field(max_length=10)] | None = None


class Typing(_Frame):
    """The visitor began or stopped writing."""

    type: Literal["typing"]
    state: Literal["start", "stop"]


class Seen(_Frame):
    """The visitor has looked at everything up to this item."""

    type: Literal["seen"]
    seq: Seq


class Ping(_Frame):
    """Asks for a pong."""

    type: Literal["ping"]


ClientFrame = Annotated[Start | Message | Typing | Seen | Ping, Field(discriminator="type")]
_client_frames: TypeAdapter[ClientFrame] = TypeAdapter(ClientFrame)


def client_frame(text: str) -> ClientFrame:
    """The validated frame of a widget; raises `BadFrame`, whose text never repeats the content."""
    try:
        return _client_frames.validate_json(text)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        where = ".".join(str(part) for part in first["loc"]) or "frame"
        raise BadFrame(f"{where}: {first['type']}") from None


class Refusal(Exception):
    """A frame that is well formed, but cannot be done; the visitor is told, and the socket stays.

    Codes: `blank`, `too_long`, `not_text`, `no_attachments`, `not_taken`: the message will not be
    taken as it is. `slow_down`, `unavailable`: the same may work later. `identity_not_proved`: the
    visitor goes on without a proved identity.
    """

    def __init__(self, code: str, detail: str, client_id: str | None = None) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail
        self.client_id = client_id

    def frame(self) -> dict[str, Any]:
        """The error frame."""
        return {"type": "error", "code": self.code, "detail": self.detail, "client_id": self.client_id}


def checked_text(message: Message) -> str:
    """The text of a message, trimmed; raises `Refusal` when it cannot be taken."""
    text = message.text.strip()
    if message.attachment_ids:
        raise Refusal("no_attachments", "Files cannot be sent in this chat.", message.client_id)
    if "\0" in text:
        raise Refusal("not_text", "The message contains characters that are not text.", message.client_id)
    if not text:
        raise Refusal("blank", "The message is empty.", message.client_id)
    if len(text) > MAX_CHARACTERS:
        raise Refusal(
            "too_long", f"The message is longer than {MAX_CHARACTERS} characters.", message.client_id
        )
    return text
