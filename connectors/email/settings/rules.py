"""Whether an administrator's answers about a mailbox can work together."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from connectors.email.reading.addresses import read_addresses
from connectors.email.settings.form import FIELDS, OAUTH
from hub.channel_form import Field, InvalidSettings

OAUTH_HOSTS = {
    "google": ("imap.gmail.com", "smtp.gmail.com"),
    "microsoft": ("outlook.office365.com", "smtp.office365.com"),
}
"""Where mail of an account is that is signed in to by OAuth 2: (IMAP, SMTP)."""

_HOST = re.compile(r"(?=.{1,253}$)[\w-]{1,63}(?:\.[\w-]{1,63})*\.?|\[?[0-9a-fA-F:.]{2,45}\]?")
_DOMAIN = re.compile(r"(?=.{4,253}$)[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63})+")
_SELECTOR = re.compile(r"[a-z0-9](?:[a-z0-9.-]{0,61}[a-z0-9])?")

Kept = tuple[dict[str, Any], dict[str, Any]]


def clean(address: str, config: Mapping[str, Any], secrets: Mapping[str, Any]) -> Kept:
    """Config and secrets as they are kept: empty answers left out, hosts of known sign-ins filled in.

    Raises `InvalidSettings` with plain words for each field.
    """
    kept = {name: value for name, value in config.items() if value not in ("", None, [])}
    hidden = {name: value for name, value in secrets.items() if value not in ("", None, {})}
    _fill_in(kept)
    errors = dict(_errors(address, kept, hidden))
    if errors:
        raise InvalidSettings(errors)
    return kept, hidden


def _fill_in(config: dict[str, Any]) -> None:
    """The servers of Google and Microsoft where nobody named others; `move:FOLDER` in its two parts."""
    after, colon, folder = str(config.get("imap_after", "")).partition(":")
    if after == "move" and colon:
        config |= {"imap_after": "move", "imap_move_to": folder.strip()}
    if config.get("send_by") == "smtp":
        config.setdefault("smtp_security", FIELDS["smtp_security"].default)
    if config.get("receive_by") != "imap":
        return
    imap_host, smtp_host = OAUTH_HOSTS.get(str(config.get("sign_in")), ("", ""))
    if imap_host:
        config.setdefault("imap_host", imap_host)
    if smtp_host and config.get("send_by") == "smtp":
        config.setdefault("smtp_host", smtp_host)


def _errors(
    address: str, config: Mapping[str, Any], secrets: Mapping[str, Any]
) -> Iterator[tuple[str, list[str]]]:
    if "@" not in address:
        yield "address", ["A mailbox has an address such as help@example.com."]
    for name, field in FIELDS.items():
        value = _at(config, name)
        if value is not None and not field.secret and (words := _wrong(name, field, value)):
            yield name, [words]
    yield from _missing(config, secrets)


def _wrong(name: str, field: Field, value: Any) -> str:
    """What is wrong with one answer, in words; empty when nothing is."""
    if field.kind == "switch":
        return "" if isinstance(value, bool) else "This is either on or off."
    if field.kind == "choice":
        known = [choice for choice, _ in field.choices]
        return "" if value in known else f"Choose one of: {', '.join(known)}."
    if field.kind == "number":
        return _wrong_number(name, value)
    if field.kind == "lines":
        is_list = isinstance(value, list) and all(isinstance(line, str) and line.strip() for line in value)
        return "" if is_list else "One on each line, none of them empty."
    if not isinstance(value, str):
        return "This must be a text."
    return _RULES.get(name, _RULES.get(field.kind, lambda text: ""))(value)


def _wrong_number(name: str, value: Any) -> str:
    most = 65_535 if name.endswith("_port") else 3_650
    least = 1 if name.endswith("_port") else 0
    is_whole = isinstance(value, int) and not isinstance(value, bool)
    return "" if is_whole and least <= value <= most else f"A whole number from {least} to {most}."


def _wrong_host(text: str) -> str:
    return (
        ""
        if _HOST.fullmatch(text)
        else "The name of a server, such as mail.example.com, without https:// or a path."
    )


def _wrong_address(text: str) -> str:
    found = read_addresses([text])
    return "" if len(found) == 1 and "@" in found[0].address else "One address, such as help@example.com."


_RULES: dict[str, Callable[[str], str]] = {
    "host": _wrong_host,
    "address": _wrong_address,
    "dkim_selector": lambda text: (
        "" if _SELECTOR.fullmatch(text) else "Small letters, digits, dots and hyphens."
    ),
    "return_domain": lambda text: (
        "" if _DOMAIN.fullmatch(text) else "A domain in small letters, such as bounces.example.com."
    ),
}


def _missing(config: Mapping[str, Any], secrets: Mapping[str, Any]) -> Iterator[tuple[str, list[str]]]:
    receive_by = config.get("receive_by", "smtp")
    if receive_by in ("imap", "pop3"):
        if not config.get(f"{receive_by}_host"):
            yield f"{receive_by}_host", ["Say on which server the mailbox is."]
        sign_in = config.get("sign_in", "password") if receive_by == "imap" else "password"
        if sign_in in OAUTH:
            oauth = secrets.get("oauth", {})
            for name in ("client_id", "client_secret"):
                if not oauth.get(name):
                    yield f"oauth.{name}", ["The provider gives you this when you register the hub with it."]
        elif not secrets.get(f"{receive_by}_password"):
            yield f"{receive_by}_password", ["The mailbox cannot be read without its password."]
    if config.get("imap_after") == "move" and not str(config.get("imap_move_to") or "").strip():
        yield "imap_move_to", ["Say into which folder."]
    if config.get("send_by") == "smtp" and not config.get("smtp_host"):
        yield "smtp_host", ["Say which server takes your mail."]
    acknowledge = config.get("acknowledge", {})
    if (
        isinstance(acknowledge, Mapping)
        and acknowledge.get("enabled")
        and not str(acknowledge.get("text", "")).strip()
    ):
        yield "acknowledge.text", ["Write what the confirmation says."]


def _at(config: Mapping[str, Any], name: str) -> Any:
    value: Any = config
    for part in name.split("."):
        value = value.get(part) if isinstance(value, Mapping) else None
    return value
