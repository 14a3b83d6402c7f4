"""What a channel can do, and how it is."""

from dataclasses import dataclass
from typing import Literal

TextUnit = Literal["characters", "utf16", "bytes", "graphemes", "gsm_segments"]
"""In what a text's length counts; see `hub.text_units`."""


@dataclass(frozen=True, slots=True)
class FileRule:
    """Files of these content types (`image/*` for all images) may have so many bytes."""

    types: tuple[str, ...]
    limit: int


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a channel can do; the composer obeys it.

    `text_limit` counts in `text_unit`; `file_limit` is in bytes; None means no limit of the
    channel's own. `work` is what sort of work its messages are to the agents who get it.

    Longer texts are refused, or with `overflow="split"` go out as several messages. `files` is how many an
    answer takes; with a `files_per_message` they, too, are spread over several. A channel without
    `text_with_files` sends the text as a message of its own, and so does one whose `caption_limit` the text
    exceeds. A text on a channel that `counts_segments` is charged by them. Files that match none of
    `file_rules` are refused where there are any.

    `…_in` is what is noticed of customers, `…_out` what agents may do. `reply_window` is for how many seconds
    after the customer's last message anything may be written, `tag_window` for how many under a tag;
    `templates` that the provider's own texts may be sent. `buttons`, `menu_rows`: how many, 0 for none.
    `echoes` that the provider repeats what we send; `consent` that whoever asked for no more messages gets
    none.
    """

    send: bool = False
    text_limit: int | None = None
    text_unit: TextUnit = "characters"
    html: bool = False
    subject: bool = False
    cc: bool = False
    files: int = 0
    file_limit: int | None = None
    typing_in: bool = False
    typing_out: bool = False
    delivered: bool = False
    read: bool = False
    can_start: bool = False
    idempotent_send: bool = False
    realtime: bool = False
    work: Literal["voice", "video", "chat", "sms", "social", "email"] = "social"
    overflow: Literal["refuse", "split"] = "refuse"
    counts_segments: bool = False
    files_per_message: int | None = None
    text_with_files: bool = True
    caption_limit: int | None = None
    file_rules: tuple[FileRule, ...] = ()
    edit_in: bool = False
    edit_out: bool = False
    delete_in: bool = False
    delete_out: bool = False
    react_in: bool = False
    react_out: bool = False
    reactions: tuple[str, ...] = ()
    quotes: bool = False
    threads: bool = False
    reply_window: int | None = None
    tag_window: int | None = None
    templates: bool = False
    buttons: int = 0
    menu_rows: int = 0
    location: bool = False
    contacts: bool = False
    echoes: bool = False
    consent: bool = False

    @property
    def is_amended(self) -> bool:
        """Whether something may be said later of a message that has come or gone."""
        return self.edit_in or self.delete_in or self.react_in or self.delivered or self.read


@dataclass(frozen=True, slots=True)
class Health:
    """How a channel is, in words for an administrator."""

    ok: bool
    detail: str = ""
