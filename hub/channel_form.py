"""How an administrator sets up a channel: its questions, what to paste elsewhere, and what a test found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

FieldKind = Literal["text", "long_text", "number", "switch", "choice", "address", "host", "lines", "sign_in"]


@dataclass(frozen=True, slots=True)
class Field:
    """One question. A `secret` is kept encrypted and never shown again; all others are the channel's config.

    `shown_when` names another field and the values of it for which this one matters; a field that is not
    shown hides those that depend on it. A name with a dot leads into a mapping (`acknowledge.text`). A
    `sign_in` is no value but a button that leads to the connector's `sign_in_url`.
    """

    name: str
    label: str
    kind: FieldKind = "text"
    help: str = ""
    required: bool = False
    default: Any = None
    choices: tuple[tuple[str, str], ...] = ()
    placeholder: str = ""
    secret: bool = False
    shown_when: tuple[str, tuple[str, ...]] | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """Questions that belong together, under one heading; `behaviour` comes only once a channel is set up."""

    key: str
    title: str
    text: str
    fields: tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Settings that fit an address: whose they are, the form's values, and what to know beforehand."""

    label: str
    config: Mapping[str, Any]
    advice: str = ""


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was tried: `ok` None means that it could not be tried. `detail` in plain words."""

    name: str
    ok: bool | None
    detail: str


@dataclass(frozen=True, slots=True)
class Paste:
    """Something to enter elsewhere: a DNS record (`name`, type and value), a webhook's URL, a text.

    `found` says whether it was seen in place; None when nobody looked.
    """

    kind: Literal["dns", "url", "text"]
    name: str
    value: str
    purpose: str
    record_type: str = ""
    found: bool | None = None
    detail: str = ""


class InvalidSettings(ValueError):
    """Settings that cannot work: plain words for each field; "" stands for all of them together."""

    def __init__(self, errors: Mapping[str, Sequence[str]]) -> None:
        super().__init__("; ".join(f"{name}: {' '.join(texts)}" for name, texts in errors.items()))
        self.errors = {name: list(texts) for name, texts in errors.items()}
