"""The agents' socket in AsyncAPI 3.0, made of the very schemas that the hub checks and answers with."""

from collections.abc import Iterable
from functools import cache
from typing import Any

from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

import hub
from inbox.api.schemas.events import EVENTS
from inbox.api.schemas.frames import FRAMES
from realtime import protocol

CHANNEL = "agent"
_SCHEMAS = "#/components/schemas/"
_CLIENT_FRAMES: tuple[type[BaseModel], ...] = (
    protocol.Hello,
    protocol.Ack,
    protocol.Subscribe,
    protocol.Unsubscribe,
    protocol.Typing,
    protocol.Presence,
    protocol.Viewing,
    protocol.Ping,
)
_DESCRIPTION = (
    "Everything that happens in an organization, in order. Say `hello` with the position you know; the hub "
    "replays what you missed and says `ready`, or `resync` when it cannot. `seq` rises by one from event to "
    "event; `skip` stands for what you may not see, so every reader can prove that it missed nothing. Send "
    "`ack` with the newest `credit` at least every 16 frames or 5 seconds. Close codes: 4400 bad frame, 4401 "
    "not signed in, 4403 not allowed, 4408 too slow, 4409 replaced by a newer socket, 4503 restarting."
)


@require_safe
def asyncapi(request: HttpRequest) -> JsonResponse:
    """The document, for anybody: it tells nothing of any organization."""
    return JsonResponse(document(), json_dumps_params={"ensure_ascii": False})


@cache
def document() -> dict[str, Any]:
    """The finished document."""
    schemas = _schemas()
    messages = {**_sent_messages(), **_received_messages()}
    return {
        "asyncapi": "3.0.0",
        "info": {"title": "Omnihub", "version": hub.__version__, "description": _DESCRIPTION},
        "defaultContentType": "application/json",
        "channels": {
            CHANNEL: {
                "address": "/ws/v1/agent",
                "description": "Authorization: Bearer TOKEN, or the session cookie from a page of the hub's.",
                "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in messages},
            }
        },
        "operations": {
            "follow": _operation("send", "What the hub tells.", _sent_messages()),
            "say": _operation("receive", "What a client says.", _received_messages()),
        },
        "components": {"messages": messages, "schemas": schemas},
    }


def _operation(action: str, summary: str, messages: Iterable[str]) -> dict[str, Any]:
    """An operation from the hub's side: it sends, or receives."""
    place = f"#/channels/{CHANNEL}"
    return {
        "action": action,
        "summary": summary,
        "channel": {"$ref": place},
        "messages": [{"$ref": f"{place}/messages/{name}"} for name in messages],
    }


def _sent_messages() -> dict[str, Any]:
    frames = {
        model.__name__: _message(model.__name__, _first_line(model), _ref(model.__name__)) for model in FRAMES
    }
    events = {name: _message(name, meaning, _event(name, model)) for name, (model, meaning) in EVENTS.items()}
    return events | frames


def _received_messages() -> dict[str, Any]:
    return {
        f"client.{model.__name__}": _message(
            f"client.{model.__name__}", _first_line(model), _ref(f"Client{model.__name__}")
        )
        for model in _CLIENT_FRAMES
    }


def _message(name: str, summary: str, payload: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "summary": summary, "payload": payload}


def _event(name: str, model: type[BaseModel]) -> dict[str, Any]:
    """The frame of an event, its `data` by the event's own shape."""
    return {
        "type": "object",
        "required": ["type", "seq", "event", "at", "data"],
        "properties": {
            "type": {"const": "event"},
            "seq": {"type": "integer", "minimum": 1},
            "event": {"const": name},
            "at": {"type": "string", "format": "date-time"},
            "credit": {"type": "string"},
            "data": _ref(model.__name__),
        },
    }


def _schemas() -> dict[str, Any]:
    shown: list[type[BaseModel]] = [*(model for model, _ in EVENTS.values()), *FRAMES]
    found = _definitions(dict.fromkeys(shown), "serialization")
    # A client frame may share its name with a shape that the hub sends.
    sent = _definitions(_CLIENT_FRAMES, "validation", prefix="Client")
    return found | sent


def _definitions(models: Iterable[type[BaseModel]], mode: Any, prefix: str = "") -> dict[str, Any]:
    template = f"{_SCHEMAS}{prefix}{{model}}"
    _, made = models_json_schema([(model, mode) for model in models], ref_template=template)
    return {f"{prefix}{name}": schema for name, schema in made["$defs"].items()}


def _ref(name: str) -> dict[str, Any]:
    return {"$ref": f"{_SCHEMAS}{name}"}


def _first_line(model: type[BaseModel]) -> str:
    return (model.__doc__ or "").strip().split("\n")[0]
