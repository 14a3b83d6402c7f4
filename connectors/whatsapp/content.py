"""What a message on WhatsApp says, by its type.

https://developers.facebook.com/docs/whatsapp/cloud-api/webhooks/payload-examples
"""

import json
from collections.abc import Mapping
from typing import Any

from connectors.whatsapp.files import KINDS, file_of
from hub.messages import Choice, ContactCard, Location

Told = Mapping[str, Any]


def content(told: Told) -> dict[str, Any]:
    """The fields of an `InboundMessage` that say what was said. Raises `KeyError` and the like."""
    kind = str(told["type"])
    if kind == "text":
        return {"text": str(told["text"]["body"])}
    if kind in KINDS:
        part = told[kind]
        return {"text": str(part.get("caption") or ""), "remote_files": (file_of(kind, part),)}
    if kind == "location":
        return {"location": _location(told["location"])}
    if kind == "contacts":
        return {"contacts": tuple(_card(card) for card in told["contacts"])}
    if kind == "button":
        return _chosen(Choice(str(told["button"].get("payload") or ""), str(told["button"]["text"])))
    if kind == "interactive":
        return _interactive(told["interactive"])
    if kind == "order":
        return {"text": _order(told["order"])}
    return {"text": _notice(kind, told)}


def words(told: Told) -> str:
    """The words of a message that was changed: its text, or what stands under its file."""
    return str(content(told).get("text") or "")


def _chosen(choice: Choice) -> dict[str, Any]:
    return {"text": choice.title, "choice": choice}


def _interactive(told: Told) -> dict[str, Any]:
    kind = str(told["type"])
    if kind == "nfm_reply":
        return _chosen(_form(told["nfm_reply"]))
    answer = told[kind]
    pressed: dict[str, Any] = {"button_reply": "button", "list_reply": "menu"}
    return _chosen(Choice(str(answer["id"]), str(answer["title"]), pressed[kind]))


def _form(told: Told) -> Choice:
    """What was filled in, flat; lists and objects stay JSON."""
    try:
        filled = json.loads(told["response_json"])
    except (ValueError, RecursionError):
        filled = {}
    values = filled.items() if isinstance(filled, dict) else ()
    data = {
        str(name): value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        for name, value in values
        if name != "flow_token"
    }
    title = str(told.get("body") or told.get("name") or "Form")
    return Choice(str(told.get("name") or "form"), title, "form", data)


def _order(told: Told) -> str:
    lines = [
        f"{item.get('quantity', 1)} × {item['product_retailer_id']}, "
        f"{item.get('item_price', '?')} {item.get('currency', '')}".rstrip()
        for item in told["product_items"]
    ]
    return "\n".join([str(told.get("text") or "Order"), *lines])


def _location(told: Told) -> Location:
    named = str(told.get("name") or ""), str(told.get("address") or "")
    return Location(float(told["latitude"]), float(told["longitude"]), *named)


def _card(told: Told) -> ContactCard:
    name = told.get("name") or {}
    return ContactCard(
        name=str(name.get("formatted_name") or name.get("first_name") or ""),
        phones=tuple(str(one["phone"]) for one in told.get("phones") or () if one.get("phone")),
        emails=tuple(str(one["email"]) for one in told.get("emails") or () if one.get("email")),
        organization=str((told.get("org") or {}).get("company") or ""),
    )


def _notice(kind: str, told: Told) -> str:
    """Something was said that WhatsApp does not hand on, such as a poll: an agent must know that."""
    error: Told = next(iter(told.get("errors") or ()), {})
    details = (error.get("error_data") or {}).get("details")
    return f"[A message that can only be seen in WhatsApp: {details or error.get('title') or kind}]"
