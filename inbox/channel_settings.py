"""A channel's settings as its form names them: dotted names lead into config and secrets, and back."""

from collections.abc import Iterator, Mapping
from typing import Any

from hub.channel_form import Field
from hub.connector import Connector

Settings = dict[str, Any]


def fields(connector: Connector) -> dict[str, Field]:
    """Every field that has a value, by its name."""
    asked = (field for step in connector.form() for field in step.fields)
    return {field.name: field for field in asked if field.kind != "sign_in"}


def shown(connector: Connector, config: Mapping[str, Any]) -> Settings:
    """The value of every field that is no secret; its default where the channel has none."""
    return {
        name: _found(config, name, field.default)
        for name, field in fields(connector).items()
        if not field.secret
    }


def masked(connector: Connector, secrets: Mapping[str, Any]) -> dict[str, dict[str, bool]]:
    """Which secrets are kept, never what they are; those of the form are named even when missing."""
    asked = {name: False for name, field in fields(connector).items() if field.secret}
    return {name: {"set": is_set} for name, is_set in (asked | dict(_kept(secrets))).items()}


def merged(old: Mapping[str, Any], changes: Mapping[str, Any]) -> Settings:
    """`old` with values put at their dotted names; None takes one out. Neither mapping is changed."""
    new = _copied(old)
    for name, value in changes.items():
        *path, last = name.split(".")
        inner = new
        for part in path:
            if not isinstance(inner.get(part), dict):
                inner[part] = {}
            inner = inner[part]
        if value is None:
            inner.pop(last, None)
        else:
            inner[last] = value
    return new


def changed(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    """The top names under which two settings differ: what an audit may tell without telling the values."""
    return sorted(name for name in old.keys() | new.keys() if old.get(name) != new.get(name))


def _found(config: Mapping[str, Any], name: str, otherwise: Any) -> Any:
    value: Any = config
    for part in name.split("."):
        if not isinstance(value, Mapping) or part not in value:
            return otherwise
        value = value[part]
    return value


def _copied(value: Mapping[str, Any]) -> Settings:
    return {name: _copied(one) if isinstance(one, Mapping) else one for name, one in value.items()}


def _kept(secrets: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, bool]]:
    for name, value in secrets.items():
        if isinstance(value, Mapping):
            yield from _kept(value, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", value not in ("", None)
