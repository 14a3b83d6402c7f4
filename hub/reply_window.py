"""Until when an answer may be written on channels that close after the customer's last message."""

from datetime import timedelta

from hub.messages import Capabilities, Exchange, Window

NEVER_WROTE = "They have not written on this channel yet."
TOO_LATE = "Their last message is too long ago for this channel."
UNSUBSCRIBED = "They asked for no more messages on this channel."


def window_by_capabilities(capabilities: Capabilities, exchange: Exchange) -> Window:
    """The window that `reply_window`, `tag_window`, `templates` and `can_start` make, all in seconds.

    Who asked to be left alone is not written to where `consent` counts. A channel without `reply_window`
    never closes.
    """
    if capabilities.consent and exchange.unsubscribed_at is not None:
        return Window("closed", reason=UNSUBSCRIBED)
    if capabilities.reply_window is None:
        return Window()
    last = exchange.last_inbound_at
    for mode, seconds in (("open", capabilities.reply_window), ("tagged", capabilities.tag_window)):
        if (
            last is not None
            and seconds is not None
            and exchange.at < (end := last + timedelta(seconds=seconds))
        ):
            return Window("open", until=end) if mode == "open" else Window("tagged", until=end, tags=_TAGS)
    reason = NEVER_WROTE if last is None else TOO_LATE
    return Window("template" if capabilities.templates else "closed", reason=reason)


_TAGS = ("human_agent",)
"""A person's late answer; connectors turn it into the provider's word."""
