"""Whether remote pictures of a channel's mails are shown, by its setting `remote_images`."""

from typing import Literal, cast

from hub.models import Channel

Policy = Literal["ask", "always", "never"]


def policy(channel: Channel) -> Policy:
    """`ask` the reader each time (also for what the setting does not know), `always`, or `never`."""
    wanted = channel.config.get("remote_images")
    return cast(Policy, wanted) if wanted in ("always", "never") else "ask"
