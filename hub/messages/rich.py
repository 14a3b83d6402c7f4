"""What messages hold beside words and files: places, people, buttons, lists, and providers' templates."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True, slots=True)
class Location:
    """A place; degrees as in WGS 84."""

    latitude: float
    longitude: float
    name: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True)
class ContactCard:
    """Somebody's card, sent as a message."""

    name: str
    phones: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    organization: str = ""


@dataclass(frozen=True, slots=True)
class Button:
    """A button under a message: it answers with its `id`, or opens `url` where that is not empty."""

    id: str
    title: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class MenuRow:
    """One line of a list that the customer may choose."""

    id: str
    title: str
    description: str = ""


@dataclass(frozen=True, slots=True)
class Menu:
    """A list that opens by a button with this `label`."""

    label: str
    rows: tuple[MenuRow, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """What the customer pressed or chose; `data` holds what a form brought, as flat text."""

    id: str
    title: str
    kind: Literal["button", "menu", "form"] = "button"
    data: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ProviderTemplate:
    """A text that a provider has approved, to be sent where free words are not allowed.

    `id` is what the provider calls it by; `variables` are its gaps in their order; `body` has each gap as
    `{{name}}`. Only a `usable` one may be sent; `status` is the provider's own word.
    """

    id: str
    name: str
    language: str
    body: str
    variables: Sequence[str] = ()
    category: str = ""
    header: str = ""
    footer: str = ""
    buttons: tuple[Button, ...] = ()
    status: str = ""
    usable: bool = True

    def filled(self, values: Mapping[str, str]) -> str:
        """The body with its gaps filled, as people will read it; a gap without a value stays."""
        text = self.body
        for name in self.variables:
            if name in values:
                text = text.replace("{{" + name + "}}", values[name])
        return text


@dataclass(frozen=True, slots=True)
class TemplateCall:
    """Which approved text to send, and what its gaps hold."""

    id: str
    language: str = ""
    variables: Mapping[str, str] = field(default_factory=dict)
