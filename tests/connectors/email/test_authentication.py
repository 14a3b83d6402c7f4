"""SPF, DKIM and DMARC with a real name server; and what trusted servers say of them."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from typing import Any

import dkim
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from connectors.email.connector import EmailConnector
from connectors.email.trust import authentication, dmarc, name_server
from connectors.email.trust.authentication import Origin, evaluate
from connectors.email.trust.authentication_results import read_results
from connectors.email.trust.name_server import Questions
from hub.jobs import RunningJob
from hub.messages import Authentication, InboundMessage
from hub.models import Channel, InboundEnvelope, Job, Message
from inbox import ingest
from tests import factories
from tests.connectors.email.dns_server import NameServer
from tests.connectors.email.dns_server import name_server as running_name_server

PEER = "203.0.113.9"
"""The server that the records of good.test allow."""

KEY = rsa.generate_private_key(public_exponent=65537, key_size=1024)
PRIVATE = KEY.private_bytes(
    serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
)
PUBLIC = base64.b64encode(
    KEY.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
).decode()
DKIM_RECORD = f'"v=DKIM1; k=rsa; p={PUBLIC[:200]}" "{PUBLIC[200:]}"'

ZONE = {
    ("good.test", "TXT"): ['"v=spf1 ip4:203.0.113.9 -all"', '"other words"'],
    ("_dmarc.good.test", "TXT"): ['"v=DMARC1; p=reject"'],
    ("s1._domainkey.good.test", "TXT"): [DKIM_RECORD],
    ("mail.good.test", "TXT"): ['"v=spf1 ip4:203.0.113.9 -all"'],
    ("s1._domainkey.mail.good.test", "TXT"): [DKIM_RECORD],
    ("strict.test", "TXT"): ['"v=spf1 -all"'],
    ("_dmarc.strict.test", "TXT"): ['"v=DMARC1; p=quarantine; adkim=s; aspf=s"'],
    ("mail.strict.test", "TXT"): ['"v=spf1 ip4:203.0.113.9 -all"'],
    ("s1._domainkey.mail.strict.test", "TXT"): [DKIM_RECORD],
    ("shop.co.uk", "TXT"): ['"v=spf1 include:good.test ~all"'],
    ("_dmarc.shop.co.uk", "TXT"): ['"v=DMARC1; p=none; sp=reject"'],
    ("loose.test", "TXT"): ['"v=spf1 ?all"'],
    ("broken.test", "TXT"): ['"v=spf1 include:broken.test ipx:1 -all"'],
    ("_dmarc.broken.test", "TXT"): ['"v=DMARC1; p=perhaps"'],
    ("ill.test", "SERVFAIL"): [],
    ("_dmarc.ill.test", "SERVFAIL"): [],
    ("mute.test", "SILENT"): [],
    ("_dmarc.mute.test", "SILENT"): [],
    ("s1._domainkey.ill.test", "SERVFAIL"): [],
}


@pytest.fixture
def names(settings: Any) -> Iterator[NameServer]:
    """A name server that the hub asks."""
    with running_name_server(ZONE) as server:
        settings.DNS_RESOLVER = server.address
        yield server


def _mail(
    sender: str = "Carla <carla@good.test>", text: str = "Where is it?", *, signed_by: str = ""
) -> bytes:
    head = f"From: {sender}\r\nTo: support@acme.test\r\nSubject: Parcel\r\nMessage-ID: <1@good.test>\r\n"
    raw = f"{head}\r\n{text}\r\n".encode()
    if not signed_by:
        return raw
    return bytes(dkim.sign(raw, b"s1", signed_by.encode(), PRIVATE)) + raw


def _evaluated(raw: bytes, sender: str = "carla@good.test", peer: str = PEER) -> Authentication:
    return evaluate(raw, Origin(peer, "mail.good.test", sender), Questions(5.0))


def _words(found: Authentication) -> tuple[str, str, str]:
    return found.spf, found.dkim, found.dmarc


@pytest.mark.parametrize(
    "sender, peer, wanted",
    [
        ("carla@good.test", PEER, "pass"),
        ("carla@good.test", "198.51.100.1", "fail"),
        ("carla@shop.co.uk", PEER, "pass"),
        ("carla@shop.co.uk", "198.51.100.1", "softfail"),
        ("carla@loose.test", PEER, "neutral"),
        ("carla@nowhere.test", PEER, "none"),
        ("carla@broken.test", PEER, "permerror"),
        ("carla@ill.test", PEER, "temperror"),
        ("", PEER, "pass"),
    ],
)
def test_spf_is_what_the_domain_says_of_the_peer(
    names: NameServer, sender: str, peer: str, wanted: str
) -> None:
    assert _evaluated(_mail(), sender, peer).spf == wanted


def test_a_valid_signature_passes_and_a_changed_text_does_not(names: NameServer) -> None:
    signed = _mail(signed_by="good.test")
    assert _evaluated(signed).dkim == "pass"
    assert _evaluated(signed.replace(b"Where is it?", b"Pay here.")).dkim == "fail"
    assert _evaluated(signed.replace(b"Subject: Parcel", b"Subject: Money")).dkim == "fail"
    assert _evaluated(signed.replace(b"s=s1", b"s=s2")).dkim == "permerror"
    assert _evaluated(_mail()).dkim == "none"
    assert _evaluated(b"DKIM-Signature: nonsense\r\n" + _mail()).dkim == "permerror"
    assert _evaluated(_mail(signed_by="ill.test")).dkim == "temperror"


def test_a_signature_of_a_part_of_the_text_does_not_count(names: NameServer) -> None:
    raw = _mail()
    partial = bytes(dkim.DKIM(raw).sign(b"s1", b"good.test", PRIVATE, length=True)) + raw
    found = _evaluated(partial + b"and pay here\r\n", sender="x@nowhere.test")
    assert _words(found) == ("none", "policy", "fail")


@pytest.mark.parametrize(
    "mail, sender, peer, wanted",
    [
        (_mail(), "carla@good.test", PEER, "pass"),
        (_mail(), "carla@good.test", "198.51.100.1", "fail"),
        (_mail(), "bounce@nowhere.test", PEER, "fail"),
        (_mail(signed_by="good.test"), "bounce@nowhere.test", PEER, "pass"),
        (_mail(signed_by="mail.good.test"), "bounce@nowhere.test", PEER, "pass"),
        (_mail(), "carla@mail.good.test", PEER, "pass"),
        (_mail("c@strict.test"), "c@mail.strict.test", PEER, "fail"),
        (_mail("c@strict.test", signed_by="mail.strict.test"), "x@nowhere.test", PEER, "fail"),
        (_mail("c@news.shop.co.uk"), "c@shop.co.uk", PEER, "pass"),
        (_mail("c@news.shop.co.uk"), "c@nowhere.test", PEER, "fail"),
        (_mail("c@other.co.uk"), "c@shop.co.uk", PEER, "none"),
        (_mail("c@nowhere.test"), "c@nowhere.test", PEER, "none"),
        (_mail("c@broken.test"), "c@good.test", PEER, "permerror"),
        (_mail("c@ill.test"), "c@good.test", PEER, "temperror"),
        (_mail("no address at all"), "c@good.test", PEER, "permerror"),
        (_mail("c@nowhere.test, c@good.test"), "c@nowhere.test", PEER, "fail"),
        (_mail("c@good.test").replace(b"To:", b"From: d@strict.test\r\nTo:"), "c@good.test", PEER, "fail"),
    ],
)
def test_dmarc_asks_whether_the_shown_sender_is_vouched_for(
    names: NameServer, mail: bytes, sender: str, peer: str, wanted: str
) -> None:
    found = _evaluated(mail, sender, peer)
    assert found.dmarc == wanted
    assert found.failed is (wanted == "fail")


def test_a_name_server_that_is_silent_costs_seconds_and_no_more(
    names: NameServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(name_server, "QUESTION_SECONDS", 0.2)
    found = evaluate(_mail("c@mute.test"), Origin(PEER, "x", "c@mute.test"), Questions(0.3))
    assert _words(found) == ("temperror", "none", "temperror")


def test_answers_are_remembered(names: NameServer) -> None:
    for _ in range(3):
        _evaluated(_mail(signed_by="good.test"))
    assert len(names.asked) == len(set(names.asked))


@pytest.mark.parametrize(
    "record, wanted",
    [
        (b"v=DMARC1; p=reject", dmarc.Policy("reject")),
        (b"v=DMARC1;p=none;adkim=s;aspf=s;pct=20", dmarc.Policy("none", True, True)),
        (b"v=DMARC1; rua=mailto:x@y.test", dmarc.Policy("none")),
    ],
)
def test_policies_are_read(record: bytes, wanted: dmarc.Policy) -> None:
    assert dmarc.read_policy(record) == wanted


def test_international_domains_are_compared_in_their_ascii_form() -> None:
    assert dmarc.is_aligned("bücher.example", "xn--bcher-kva.example", strict=True)
    assert not dmarc.is_aligned("a.co.uk", "b.co.uk", strict=False)


Authenticating = Callable[..., Channel]


@pytest.fixture
def channel(transactional_db: None) -> Channel:
    return factories.channel(
        factories.organization(), address="support@acme.test", config={"authenticate": True}
    )


def _headers(**fields: Any) -> dict[str, Any]:
    return {
        "address": "support@acme.test",
        "sender": "carla@good.test",
        "recipients": ["support@acme.test"],
        "helo": "mail.good.test",
        "peer": PEER,
        "trusted_peer": False,
    } | fields


def test_an_envelope_is_checked_before_it_is_understood(names: NameServer, channel: Channel) -> None:
    envelope = InboundEnvelope.objects.create(
        organization=channel.organization,
        channel=channel,
        dedupe_key="1",
        raw=_mail(signed_by="good.test"),
        headers=_headers(peer="198.51.100.1"),
    )
    job = Job.objects.create(
        name="inbox.process_envelope",
        queue="receive",
        payload={"envelope_id": str(envelope.pk)},
        state="running",
        attempts=1,
        worker="test",
    )
    ingest.process_envelopes([RunningJob(job)])
    message = Message.objects.within(channel.organization).get()
    assert message.facts["authentication"] == {
        "spf": "fail",
        "dkim": "pass",
        "dmarc": "pass",
        "domain": "good.test",
        "by": "omnihub",
    }
    envelope.refresh_from_db()
    assert envelope.headers["authentication"]["dkim"] == "pass"


@pytest.mark.parametrize(
    "headers, config",
    [
        ({"peer": "127.0.0.1"}, {"authenticate": True}),
        ({"peer": "10.1.2.3"}, {"authenticate": True}),
        ({"trusted_peer": True}, {"authenticate": True}),
        ({"peer": ""}, {"authenticate": True}),
        ({}, {}),
    ],
)
def test_nothing_is_asked_for_peers_of_our_own_and_where_it_is_not_wanted(
    names: NameServer, headers: dict[str, Any], config: dict[str, Any]
) -> None:
    given = _headers(**headers)
    assert authentication.enrich([(Channel(config=config), _mail(), given)])[0] is given
    assert names.asked == []


RESULTS = ("Authentication-Results", "mx.acme.test; dmarc=fail (p=REJECT) header.from=good.test; spf=pass")
FORGED = ("Authentication-Results", "mx.acme.test; dmarc=pass header.from=good.test; dkim=pass")


@pytest.mark.parametrize(
    "headers, wanted",
    [
        ([RESULTS], Authentication("pass", "", "fail", "good.test", "mx.acme.test")),
        ([RESULTS, FORGED], Authentication("pass", "", "fail", "good.test", "mx.acme.test")),
        (
            [("Authentication-Results", "elsewhere.test; dmarc=pass"), RESULTS],
            read_results([RESULTS], ["mx.acme.test"]),
        ),
        ([("Authentication-Results", "elsewhere.test; dmarc=pass")], None),
        ([("Authentication-Results", "MX.acme.test 1; none")], Authentication(by="mx.acme.test")),
        (
            [("authentication-results", "mx.acme.test (a (b)) ; dkim=fail; dkim=pass; dmarc = pass")],
            Authentication("", "pass", "pass", "", "mx.acme.test"),
        ),
        ([("Authentication-Results", "")], None),
    ],
)
def test_only_the_topmost_word_of_a_trusted_server_counts(
    headers: list[tuple[str, str]], wanted: Authentication | None
) -> None:
    assert read_results(headers, ["mx.acme.test"]) == wanted


@pytest.mark.parametrize(
    "way, is_believed",
    [
        ({"peer": PEER, "trusted_peer": False}, False),
        ({"peer": "127.0.0.1", "trusted_peer": True}, True),
        ({"source": "imap INBOX 1 1"}, True),
    ],
)
def test_results_are_believed_from_trusted_peers_and_mailboxes(
    way: dict[str, Any], is_believed: bool
) -> None:
    raw = f"{RESULTS[0]}: {RESULTS[1]}\r\n".encode() + _mail()
    config = {"trusted_authserv_ids": ["mx.acme.test"]}
    (message,) = EmailConnector().parse(raw, {"address": "support@acme.test", **way}, config)
    assert isinstance(message, InboundMessage)
    assert (message.authentication is not None) is is_believed
    if message.authentication is not None:
        assert message.authentication.failed
