"""What is asked about a mailbox: which answers fit together, providers' servers, and ways to get here."""

import re
from pathlib import Path
from typing import Any

import pytest

from connectors.email.settings.form import FORM
from connectors.email.settings.incoming_ways import ways_in
from connectors.email.settings.presets import PROVIDERS, suggestion
from connectors.email.settings.rules import clean
from hub.channel_form import InvalidSettings
from hub.models import Channel

ADDRESS = "help@acme.example"
IMAP = {"receive_by": "imap", "imap_host": "imap.acme.example"}
LOCALES = Path(__file__).resolve().parents[3] / "frontend" / "src" / "lib" / "locales"


def errors(config: dict[str, Any], secrets: dict[str, Any] | None = None, address: str = ADDRESS) -> set[str]:
    """The fields that are wrong."""
    try:
        clean(address, config, secrets or {})
    except InvalidSettings as error:
        return set(error.errors)
    return set()


def test_a_mailbox_that_mail_is_forwarded_to_needs_only_its_address() -> None:
    assert clean(ADDRESS, {}, {}) == ({}, {})
    assert errors({}, address="") == {"address"}


@pytest.mark.parametrize(
    ("config", "secrets", "wrong"),
    [
        (IMAP, {"imap_password": "x"}, set()),
        (IMAP, {}, {"imap_password"}),
        ({"receive_by": "imap"}, {"imap_password": "x"}, {"imap_host"}),
        ({"receive_by": "pop3"}, {}, {"pop3_host", "pop3_password"}),
        ({"receive_by": "carrier pigeon"}, {}, {"receive_by"}),
        (IMAP | {"imap_host": "https://imap.acme.example/"}, {"imap_password": "x"}, {"imap_host"}),
        (IMAP | {"imap_port": 70_000}, {"imap_password": "x"}, {"imap_port"}),
        (IMAP | {"imap_port": "imap"}, {"imap_password": "x"}, {"imap_port"}),
        (IMAP | {"imap_after": "move"}, {"imap_password": "x"}, {"imap_move_to"}),
        (IMAP | {"sign_in": "google"}, {}, {"oauth.client_id", "oauth.client_secret"}),
        ({"send_by": "smtp"}, {}, {"smtp_host"}),
        ({"reply_to": "nobody"}, {}, {"reply_to"}),
        ({"return_domain": "Bounces"}, {}, {"return_domain"}),
        ({"sign_dkim": "yes"}, {}, {"sign_dkim"}),
        ({"trusted_authserv_ids": ["mx.acme.example", " "]}, {}, {"trusted_authserv_ids"}),
        ({"acknowledge": {"enabled": True}}, {}, {"acknowledge.text"}),
    ],
)
def test_wrong_answers_are_named(config: dict[str, Any], secrets: dict[str, Any], wrong: set[str]) -> None:
    assert errors(config, secrets) == wrong


def test_a_sign_in_elsewhere_knows_its_servers() -> None:
    oauth = {"oauth": {"client_id": "a", "client_secret": "b"}}
    kept, _ = clean(ADDRESS, {"receive_by": "imap", "sign_in": "microsoft", "send_by": "smtp"}, oauth)
    assert (kept["imap_host"], kept["smtp_host"]) == ("outlook.office365.com", "smtp.office365.com")


def test_empty_answers_are_left_out_and_a_move_is_in_two_parts() -> None:
    config = IMAP | {"imap_user": "", "imap_after": "move:Done/2026"}
    kept, _ = clean(ADDRESS, config, {"imap_password": "x"})
    assert kept == IMAP | {"imap_after": "move", "imap_move_to": "Done/2026"}


def test_suggested_settings_lack_only_what_nobody_can_know() -> None:
    for provider in PROVIDERS:
        for domain in provider.domains:
            found = suggestion(f"Anna@{domain}")
            assert found is not None and found.label == provider.label
            if found.config:
                missing = errors(dict(found.config), address=f"anna@{domain}")
                assert missing in ({"imap_password"}, {"oauth.client_id", "oauth.client_secret"}), domain
            else:
                assert found.advice


def test_no_domain_is_two_providers_and_strangers_get_no_suggestion() -> None:
    domains = [domain for provider in PROVIDERS for domain in provider.domains]
    assert len(set(domains)) == len(domains)
    assert suggestion("help@acme.example") is None
    assert suggestion("gmail.com") is None


def test_forwarding_is_told_only_where_mail_is_forwarded(settings: Any) -> None:
    assert [paste.kind for paste in ways_in(Channel(address=ADDRESS))] == ["text"], "no MX leads to 127.0.0.1"
    settings.PUBLIC_URL = "https://hub.acme.example"
    own = list(ways_in(Channel(address=ADDRESS)))
    assert [paste.kind for paste in own] == ["text", "dns"]
    assert own[1].value == "10 hub.acme.example."
    assert f"{ADDRESS} smtp:[" in own[0].detail
    assert own[1].record_type == "MX" and own[1].name == "acme.example"
    assert [paste.kind for paste in ways_in(Channel(address="anna@gmx.de"))] == ["text"]
    assert list(ways_in(Channel(address=ADDRESS, config=IMAP))) == []


@pytest.mark.parametrize("language", ["de", "es", "ar"])
def test_every_word_of_the_form_is_translated(language: str) -> None:
    known = (LOCALES / f"settings.{language}.ts").read_text()
    forms = known[known.index("forms: {") :]
    keys = set(re.findall(r'^    (?:"((?:[^"\\]|\\.)+)"|(\w+)):', forms, re.MULTILINE))
    said = {quoted or bare for quoted, bare in keys}
    asked: set[str] = set()
    for step in FORM:
        asked |= {step.title, step.text}
        for field in step.fields:
            asked |= {field.label, field.help, *(label for _, label in field.choices)}
    assert asked - said - {"", "TLS", "STARTTLS"} == set()
