"""Fills the variables of what agents write with: `{{contact.first_name}}` becomes the customer's name."""

import html as entities
import re
from collections.abc import Callable, Mapping
from typing import NamedTuple

from hub.models import Channel, Contact, Conversation, Organization, Template, User
from hub.viewer import Viewer
from inbox import html

VARIABLES = (
    "agent.name",
    "agent.first_name",
    "agent.email",
    "organization.name",
    "channel.name",
    "channel.address",
    "conversation.number",
    "conversation.subject",
    "contact.name",
    "contact.first_name",
)
"""What a text may name in double braces. After a bar stands what is said where nothing is known:
`{{contact.first_name|there}}`."""

_VARIABLE = re.compile(r"\{\{\s*([a-z_]{1,30}\.[a-z_]{1,30})\s*(?:\|([^{}|]{0,100}))?\}\}")


class Rendered(NamedTuple):
    """A text and the same in HTML, variables filled; either may be empty, the HTML is sanitised."""

    text: str
    html: str


class RenderedTemplate(NamedTuple):
    """A template as it is put into the composer."""

    subject: str
    text: str
    html: str


def render(
    template: Template,
    viewer: Viewer,
    conversation: Conversation | None = None,
    contact: Contact | None = None,
    channel: Channel | None = None,
) -> RenderedTemplate:
    """A template for this agent, conversation and customer; `contact` defaults to who asked."""
    known = values(viewer.organization, viewer.user, channel, conversation, contact)
    body = rendered(template.text, template.html, known)
    return RenderedTemplate(" ".join(fill(template.subject, known).split()), body.text, body.html)


def values(
    organization: Organization,
    user: User | None = None,
    channel: Channel | None = None,
    conversation: Conversation | None = None,
    contact: Contact | None = None,
) -> Mapping[str, str]:
    """What the variables stand for; those about something that is not given are missing."""
    known = {"organization.name": organization.name}
    if user is not None:
        known |= {
            "agent.name": str(user),
            "agent.first_name": first_name(str(user)),
            "agent.email": user.email,
        }
    if channel is not None:
        known |= {"channel.name": channel.name, "channel.address": channel.address}
    if conversation is not None:
        known |= {
            "conversation.number": str(conversation.number),
            "conversation.subject": conversation.subject,
        }
        contact = contact or conversation.requester
    if contact is not None:
        known |= {"contact.name": contact.name, "contact.first_name": first_name(contact.name)}
    return known


def first_name(name: str) -> str:
    """The name by which people are greeted: "Ada" of "Ada Lovelace" and of "Lovelace, Ada"."""
    if "@" in name:
        return ""
    last, comma, first = name.partition(",")
    words = (first if comma and first.strip() else last).split()
    return words[0] if words else ""


def rendered(text: str, source: str, known: Mapping[str, str]) -> Rendered:
    """Text and HTML with their variables filled; values cannot bring markup of their own.

    HTML alone gets its text made from it.
    """
    markup = html.sanitise(_filled(source, known, entities.escape)) if source.strip() else ""
    return Rendered(fill(text, known) if text.strip() else html.to_text(markup), markup)


def fill(text: str, known: Mapping[str, str]) -> str:
    """A plain text with its variables filled; what is not a variable of ours stays readable as it is."""
    return _filled(text, known, str)


def _filled(text: str, known: Mapping[str, str], written: Callable[[str], str]) -> str:
    def value_of(match: re.Match[str]) -> str:
        name, otherwise = match[1], match[2]
        if name not in VARIABLES or (name not in known and otherwise is None):
            return match[0]
        # The text behind the bar is the author's own, written in the form of the whole.
        return written(known[name]) if known.get(name) else (otherwise or "").strip()

    return _VARIABLE.sub(value_of, text)
