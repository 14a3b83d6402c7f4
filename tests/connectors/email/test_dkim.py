"""Signatures that other programs verify, and the DNS records that let them."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import dkim
import pytest

from connectors.email.connector import EmailConnector
from connectors.email.sending import relays
from connectors.email.sending.transport import Relay
from connectors.email.trust.dkim_keys import completed, new_key, public_record, read_key, selector_for
from connectors.email.trust.dkim_signing import sign
from hub.channel_form import Paste
from hub.messages import ErrorClass, SendError
from hub.models import Channel
from tests.connectors.email.conftest import Sink
from tests.connectors.email.dns_server import NameServer, Zone, name_server
from tests.connectors.email.test_compose import composed

KEY, OTHER, EDWARDS = new_key(), new_key(), new_key("ed25519")
NAME = "hub202611._domainkey.acme.test"


def zone(pem: str = KEY) -> dict[tuple[str, str], list[str]]:
    """The records of acme.test as they should be, in strings of 255 octets."""
    return {(NAME, "TXT"): [text(public_record(pem))]}


def text(value: str) -> str:
    """A TXT record in presentation format."""
    return " ".join(f'"{value[start : start + 255]}"' for start in range(0, len(value), 255))


def verified(raw: bytes, records: Zone) -> bool:
    with name_server(records) as server:
        return bool(dkim.verify(raw, dnsfunc=lambda name, timeout=5: looked_up(server, name)))


def looked_up(server: NameServer, name: bytes | str) -> bytes:
    import dns.resolver

    resolver = dns.resolver.Resolver(configure=False)
    resolver.nameservers, resolver.port = [server.address[0]], server.address[1]
    wanted = name.decode() if isinstance(name, bytes) else name
    (record,) = resolver.resolve(wanted, "TXT")
    return b"".join(record.strings)


@pytest.mark.parametrize("pem", [KEY, EDWARDS])
def test_a_signed_mail_is_verified_after_its_way_through_a_server(sink: Sink, pem: str) -> None:
    mail = composed(text="Grüße\n.\n  \n\n", subject="Grüße " * 30, automatic=False)
    signed = replace(mail, raw=sign(mail.raw, "acme.test", "hub202611", pem))
    relays.send(Relay("127.0.0.1", sink.port), signed)
    arrived = sink.taken[0].original_content
    assert arrived is not None and arrived == signed.raw
    assert verified(arrived, zone(pem))
    assert not verified(arrived.replace(b"acme.test>", b"evil.test>", 1), zone(pem))
    assert not verified(arrived, zone(OTHER))


@pytest.mark.parametrize("field", ["From", "Subject", "To", "Reply-To", "Date", "Cc"])
def test_nobody_can_add_a_field_that_readers_would_show_instead(field: str) -> None:
    signed = sign(composed().raw, "acme.test", "hub202611", KEY)
    assert verified(signed, zone())
    assert verified(b"X-Seen: yes\r\n" + signed, zone())
    assert not verified(f"{field}: x@evil.test\r\n".encode() + signed, zone())


def test_a_key_that_cannot_sign_needs_an_administrator() -> None:
    for pem in ("", "rubbish", KEY[:-100]):
        with pytest.raises(SendError) as caught:
            sign(composed().raw, "acme.test", "hub", pem)
        assert caught.value.error_class == ErrorClass.RECONNECT
        assert "PRIVATE" not in caught.value.detail


def test_a_channel_that_signs_gets_a_key_with_a_dated_selector_once() -> None:
    moment = datetime(2026, 11, 21, tzinfo=UTC)
    config, secrets = completed({"sign_dkim": True}, {}, moment)
    assert config["dkim_selector"] == selector_for(moment) == "hub202611"
    assert read_key(secrets["dkim_private_key"])
    assert completed(config, secrets, moment) == (config, secrets)
    assert completed({}, {}, moment) == ({}, {})


@pytest.fixture
def signing(channel: Channel) -> Channel:
    channel.config = {"sign_dkim": True, "dkim_selector": "hub202611", "return_domain": "back.acme.test"}
    channel.secrets = {"dkim_private_key": KEY}
    channel.save()
    return channel


def pasted(channel: Channel, records: Zone, settings: Any) -> dict[str, Paste]:
    """What the settings page shows, by the kind of record."""
    with name_server(records) as server:
        settings.DNS_RESOLVER = server.address
        found = EmailConnector().pastes(channel)
    kinds = ("DKIM", "SPF", "Leads", "DMARC")
    return {kind: paste for kind in kinds for paste in found if paste.purpose.startswith(kind)}


GOOD = {
    "DKIM": zone(),
    "SPF": {("back.acme.test", "TXT"): ['"v=spf1 ip4:192.0.2.1 a:relay.test -all"']},
    "Leads": {("back.acme.test", "MX"): ["10 hub.acme.test."]},
    "DMARC": {("_dmarc.acme.test", "TXT"): ['"v=DMARC1; p=reject"']},
}


def test_records_that_are_there_are_found(signing: Channel, settings: Any) -> None:
    settings.SMTP_RELAY_URL, settings.PUBLIC_URL = "smtp://relay.test", "https://hub.acme.test"
    everything = {key: value for records in GOOD.values() for key, value in records.items()}
    shown = pasted(signing, everything, settings)
    assert {kind: (paste.found, paste.detail) for kind, paste in shown.items()} == dict.fromkeys(
        GOOD, (True, "")
    )
    assert (shown["DKIM"].name, shown["DKIM"].value) == (NAME, public_record(KEY))
    assert (shown["SPF"].name, shown["SPF"].value) == ("back.acme.test", "v=spf1 a:relay.test ~all")
    assert (shown["Leads"].record_type, shown["Leads"].value) == ("MX", "10 hub.acme.test.")


def test_missing_records_are_said_to_be_missing(signing: Channel, settings: Any) -> None:
    shown = pasted(signing, {}, settings)
    assert {paste.found for paste in shown.values()} == {False}
    assert all("yet" in paste.detail for paste in shown.values())


RECORD = public_record(KEY)


@pytest.mark.parametrize(
    "name, record, words",
    [
        (NAME, RECORD.replace("A", "B", 3), "typing mistake"),
        (NAME, RECORD[:250], "cut off"),
        (NAME, public_record(OTHER), "another key"),
        (NAME, "v=DKIM1; k=rsa; p=", "withdrawn"),
        (NAME, public_record(EDWARDS), "of the kind ed25519"),
        (f"{NAME}.acme.test", RECORD, "leave out the domain"),
        (NAME, RECORD.replace("; ", ";  ").replace("p=", "p= "), ""),
    ],
    # The keys are new each time, and names of tests must not be.
    ids=[
        "mistyped",
        "cut off",
        "of another key",
        "withdrawn",
        "of another kind",
        "at another name",
        "spaced",
    ],
)
def test_what_is_wrong_with_a_key_in_the_dns_is_said(
    signing: Channel, settings: Any, name: str, record: str, words: str
) -> None:
    paste = pasted(signing, {(name, "TXT"): [text(record.replace(";", r"\;"))]}, settings)["DKIM"]
    assert paste.found is not bool(words)
    assert words in paste.detail


@pytest.mark.parametrize(
    "kind, key, records, words",
    [
        ("SPF", ("back.acme.test", "TXT"), ['"v=spf1 -all"'], "Add mx to"),
        ("SPF", ("back.acme.test", "TXT"), ['"v=spf1 -all"', '"v=spf1 mx"'], "several SPF"),
        ("DMARC", ("_dmarc.acme.test", "TXT"), ['"v=DMARC1; p=none"', '"v=DMARC1"'], "several DMARC"),
        ("Leads", ("back.acme.test", "MX"), ["10 mx.elsewhere.test."], "goes to mx.elsewhere.test"),
    ],
)
def test_other_records_that_cannot_work(
    signing: Channel, settings: Any, kind: str, key: tuple[str, str], records: list[str], words: str
) -> None:
    paste = pasted(signing, {key: records}, settings)[kind]
    assert paste.found is False
    assert re.search(words, paste.detail)


def test_a_silent_dns_leaves_it_open(signing: Channel, settings: Any) -> None:
    shown = pasted(signing, {(NAME, "SERVFAIL"): []}, settings)
    assert shown["DKIM"].found is None and "later" in shown["DKIM"].detail


@pytest.mark.parametrize(
    "relay, part",
    [
        ("relay.acme.test", "a:relay.acme.test"),
        ("8.8.8.8", "ip4:8.8.8.8"),
        ("10.0.0.1", "mx"),
        ("relay", "mx"),
    ],
)
def test_what_spf_needs_is_said_for_any_server(
    channel: Channel, settings: Any, relay: str, part: str
) -> None:
    settings.SMTP_RELAY_URL = f"smtp://{relay}"
    assert pasted(channel, {}, settings)["SPF"].value == f"v=spf1 {part} ~all"


def test_the_server_of_a_provider_is_included_by_its_providers_name(channel: Channel, settings: Any) -> None:
    channel.config = {"send_by": "smtp", "smtp_host": "smtp.gmail.com"}
    assert pasted(channel, {}, settings)["SPF"].value == "v=spf1 include:_spf.google.com ~all"
