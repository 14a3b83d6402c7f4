"""What a generic channel can do: what its administrator says that the system behind it can."""

from collections.abc import Mapping
from typing import Any

from hub.messages import Capabilities


def capabilities(config: Mapping[str, Any]) -> Capabilities:
    """By the switches of the form; whatever the system can do at most while there is no form yet."""
    if not config:
        return _of({"typing": True, "edit": True, "delete": True, "react": True})
    return _of(config)


def _of(config: Mapping[str, Any]) -> Capabilities:
    def has(name: str, *, otherwise: bool = False) -> bool:
        return config.get(name, otherwise) is True

    hours, files = _number(config.get("reply_window_hours")), _number(config.get("files"))
    return Capabilities(
        send=True,
        text_limit=_number(config.get("text_limit")),
        html=has("html"),
        files=files if files is not None else 10,
        typing_in=has("typing"),
        typing_out=has("typing"),
        delivered=has("delivered", otherwise=True),
        read=has("read", otherwise=True),
        can_start=has("can_start"),
        # A delivery keeps one `webhook-id` over all attempts, by which the receiver knows it.
        idempotent_send=True,
        edit_in=has("edit"),
        edit_out=has("edit"),
        delete_in=has("delete"),
        delete_out=has("delete"),
        react_in=has("react"),
        react_out=has("react"),
        quotes=True,
        threads=True,
        reply_window=hours * 3600 if hours is not None else None,
        buttons=_number(config.get("buttons")) or 0,
        location=True,
        consent=True,
    )


def _number(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None
