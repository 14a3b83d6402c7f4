"""Places, cards, buttons and choices as `Message.facts` keeps them under "rich", and back."""

import dataclasses
from collections.abc import Mapping
from typing import Any

from hub.messages import Button, Choice, ContactCard, Location, Menu, MenuRow, TemplateCall

Facts = dict[str, Any]


def rich_facts(
    *,
    location: Location | None = None,
    contacts: tuple[ContactCard, ...] = (),
    choice: Choice | None = None,
    buttons: tuple[Button, ...] = (),
    menu: Menu | None = None,
    template: TemplateCall | None = None,
) -> Facts:
    """What there is of these, as JSON; nothing when there is nothing."""
    parts = {"location": location, "choice": choice, "menu": menu}
    facts: Facts = {name: _json(part) for name, part in parts.items() if part is not None}
    if template is not None:
        facts["template"] = _json(template)
    if contacts:
        facts["contacts"] = [_json(card) for card in contacts]
    if buttons:
        facts["buttons"] = [_json(button) for button in buttons]
    return facts


def outbound_parts(facts: Mapping[str, Any]) -> Facts:
    """The fields of an `OutboundMessage` that these facts hold."""
    parts: Facts = {}
    if location := facts.get("location"):
        parts["location"] = Location(**location)
    if cards := facts.get("contacts"):
        parts["contacts"] = tuple(
            ContactCard(card["name"], tuple(card["phones"]), tuple(card["emails"]), card["organization"])
            for card in cards
        )
    if buttons := facts.get("buttons"):
        parts["buttons"] = tuple(Button(**button) for button in buttons)
    if menu := facts.get("menu"):
        parts["menu"] = Menu(menu["label"], tuple(MenuRow(**row) for row in menu["rows"]))
    if template := facts.get("template"):
        parts["template"] = TemplateCall(**template)
    return parts


def _json(part: Any) -> Facts:
    return {field.name: _plain(getattr(part, field.name)) for field in dataclasses.fields(part)}


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(name): str(one) for name, one in value.items()}
    if isinstance(value, tuple):
        return [_json(one) if dataclasses.is_dataclass(one) else one for one in value]
    return value
