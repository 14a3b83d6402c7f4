"""Texts that WhatsApp has approved, and what they become when their gaps are filled.

Gaps of the body keep their names (`1`, `first_name`); those elsewhere are called after their place:
`header.1`, `header.image` (a URL), `button.0` (the end of a URL, or the code to copy).
https://developers.facebook.com/docs/whatsapp/cloud-api/guides/send-message-templates
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from connectors.whatsapp import graph
from hub.messages import Button, ErrorClass, ProviderTemplate, SendError, TemplateCall
from hub.models import Channel

Told = Mapping[str, Any]

_FIELDS = "name,language,status,category,components,parameter_format"
_PAGES = 20
_GAP = re.compile(r"\{\{\s*([\w.]+)\s*\}\}")
_MEDIA = ("image", "video", "document")
_PARTS = frozenset({"HEADER", "BODY", "FOOTER", "BUTTONS"})
_BUTTONS = frozenset({"QUICK_REPLY", "URL", "PHONE_NUMBER", "COPY_CODE", "VOICE_CALL"})


def listed(channel: Channel) -> list[ProviderTemplate]:
    """All templates of the account, page by page. Raises `SendError`."""
    account = str(channel.config.get("waba_id") or "")
    if not account.isdecimal():
        words = "The channel does not know the id of its WhatsApp account."
        raise SendError(ErrorClass.PERMANENT, "no-account", words)
    found: list[ProviderTemplate] = []
    query = {"fields": _FIELDS, "limit": "100"}
    for _ in range(_PAGES):
        answer = graph.get(channel, f"{account}/message_templates", query)
        found += [template for told in answer.get("data") or () if (template := _template(told))]
        paging = answer.get("paging") or {}
        after = (paging.get("cursors") or {}).get("after")
        if not (after and paging.get("next")):
            break
        query["after"] = str(after)
    return found


def filled(call: TemplateCall) -> dict[str, Any]:
    """How a message names a template and fills its gaps."""
    parts = [
        _part({"type": "header"}, _header(call.variables)),
        _part({"type": "body"}, _body(call.variables)),
        *(_button_part(name, value) for name, value in call.variables.items() if name.startswith("button.")),
    ]
    language = {"policy": "deterministic", "code": call.language}
    told: dict[str, Any] = {"name": call.id, "language": language}
    if components := [part for part in parts if part]:
        told["components"] = components
    return told


def _template(told: Told) -> ProviderTemplate | None:
    """One of the provider's; None for one that is broken."""
    try:
        return _understood(told)
    except (KeyError, TypeError, AttributeError, ValueError):
        return None


def _understood(told: Told) -> ProviderTemplate:
    parts = {str(part["type"]).upper(): part for part in told.get("components") or ()}
    body = _GAP.sub(r"{{\1}}", str((parts.get("BODY") or {}).get("text") or ""))
    buttons = (parts.get("BUTTONS") or {}).get("buttons") or ()
    status = str(told.get("status") or "")
    is_known = set(parts) <= _PARTS and all(str(one.get("type")).upper() in _BUTTONS for one in buttons)
    header = parts.get("HEADER") or {}
    return ProviderTemplate(
        id=str(told["name"]),
        name=str(told["name"]),
        language=str(told["language"]),
        body=body,
        variables=tuple(dict.fromkeys([*_header_gaps(header), *_GAP.findall(body), *_button_gaps(buttons)])),
        category=str(told.get("category") or "").lower(),
        header=str(header.get("text") or ""),
        footer=str((parts.get("FOOTER") or {}).get("text") or ""),
        buttons=tuple(_button(number, one) for number, one in enumerate(buttons)),
        status=status.lower(),
        usable=status.upper() == "APPROVED" and is_known,
    )


def _header_gaps(header: Told) -> list[str]:
    kind = str(header.get("format") or "").lower()
    if kind in _MEDIA:
        return [f"header.{kind}"]
    return [f"header.{name}" for name in _GAP.findall(str(header.get("text") or ""))]


def _button_gaps(buttons: Sequence[Told]) -> Iterator[str]:
    for number, button in enumerate(buttons):
        is_code = str(button.get("type")).upper() == "COPY_CODE"
        if is_code or _GAP.search(str(button.get("url") or "")):
            yield f"button.{number}.code" if is_code else f"button.{number}"


def _button(number: int, told: Told) -> Button:
    return Button(str(number), str(told.get("text") or ""), str(told.get("url") or ""))


def _part(part: dict[str, Any], parameters: list[dict[str, Any]]) -> dict[str, Any]:
    return part | {"parameters": parameters} if parameters else {}


def _header(variables: Mapping[str, str]) -> list[dict[str, Any]]:
    parameters: list[dict[str, Any]] = []
    for name, value in variables.items():
        place, _, kind = name.partition(".")
        if place == "header" and kind in _MEDIA:
            parameters.append({"type": kind, kind: {"link": value}})
        elif place == "header" and kind:
            parameters.append(_text(kind, value))
    return parameters


def _body(variables: Mapping[str, str]) -> list[dict[str, Any]]:
    """By number in their order, or by name."""
    names = [name for name in variables if "." not in name]
    if all(name.isdecimal() for name in names):
        names.sort(key=int)
    return [_text(name, variables[name]) for name in names]


def _text(name: str, value: str) -> dict[str, Any]:
    told = {"type": "text", "text": value}
    return told if name.isdecimal() else told | {"parameter_name": name}


def _button_part(name: str, value: str) -> dict[str, Any]:
    _, number, *kind = name.split(".")
    if kind == ["code"]:
        parameter = {"type": "coupon_code", "coupon_code": value}
        return {"type": "button", "sub_type": "copy_code", "index": number, "parameters": [parameter]}
    parameter = {"type": "text", "text": value}
    return {"type": "button", "sub_type": "url", "index": number, "parameters": [parameter]}
